import type { RuleCondition, Transform } from "@loopway/model";

/** A compiled regular expression: time linear in the text, whatever the pattern. */
export interface Regex {
  /** Whether it fits somewhere in the text: anchors are the pattern's own business, as in every example of the ALB user guide. */
  test(text: string): boolean;
  /** The first fit and its groups (`[0]` the fit itself; undefined for a group that took no part), or undefined. */
  find(text: string): RegexFit | undefined;
}

interface RegexFit {
  start: number;
  end: number;
  groups: readonly (string | undefined)[];
}

/** Gives the compiled pattern or, as a sentence without subject, why there is none. The same pattern is compiled once. */
export type CompileRegex = (pattern: string, options?: { ignoresCase?: boolean }) => Regex | string;

/** RE2 knows these; ALB does not (user guide, "Listener rules": no Unicode character classes). What both refuse, RE2 reports itself. */
const UNICODE_CLASS = /(?<!\\)(?:\\\\)*\\[pP]/;
/** Patterns that are remembered: more than any load balancer has rules. */
const MAX_PATTERNS = 10_000;

/** Loads the engine (about 8 ms and 4.6 MB): worth it only where {@link usesRegex} says so. */
export async function loadRegexEngine(): Promise<CompileRegex> {
  const { RE2JS } = await import("re2js");
  const known = new Map<string, Regex | string>();
  const compile = (pattern: string, flags: number): Regex | string => {
    const unicodeClass = UNICODE_CLASS.exec(pattern);
    if (unicodeClass !== null) return `${pattern} is no regular expression that ALB takes: Unicode character classes are not supported`;
    try {
      const compiled = RE2JS.compile(pattern, flags);
      return {
        test: (text) => compiled.matcher(text).find(),
        find(text) {
          const matcher = compiled.matcher(text);
          if (!matcher.find()) return undefined;
          const groups = Array.from({ length: compiled.groupCount() + 1 }, (_, group) => matcher.group(group) ?? undefined);
          return { start: matcher.start(), end: matcher.end(), groups };
        },
      };
    } catch (error) {
      return `${pattern} is no regular expression that ALB takes: ${error instanceof Error ? error.message : error}`;
    }
  };
  return (pattern, { ignoresCase = false } = {}) => {
    const flags = ignoresCase ? RE2JS.CASE_INSENSITIVE : 0;
    const key = `${flags} ${pattern}`;
    const found = known.get(key) ?? compile(pattern, flags);
    if (known.size >= MAX_PATTERNS) known.clear();
    known.set(key, found);
    return found;
  };
}

/** Whether compileRules or compileStack needs the engine for any of these rules: for regexValues or for transforms. */
export function usesRegex(rules: readonly { conditions: readonly RuleCondition[]; transforms?: readonly Transform[] }[]): boolean {
  return rules.some(
    ({ conditions, transforms = [] }) => transforms.length > 0 || conditions.some((condition) => regexValues(condition).length > 0),
  );
}

export function regexValues({ field, hostHeaderConfig, pathPatternConfig, httpHeaderConfig }: RuleCondition): readonly string[] {
  switch (field) {
    case "host-header":
      return hostHeaderConfig?.regexValues ?? [];
    case "path-pattern":
      return pathPatternConfig?.regexValues ?? [];
    case "http-header":
      return httpHeaderConfig?.regexValues ?? [];
    default:
      return [];
  }
}
