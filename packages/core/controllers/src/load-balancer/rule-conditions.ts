// Host and path of a rule with the conditions of its backend (pkg/ingress/model_build_listener_rules.go): other conditions as written, then
// one host-header, then one path-pattern; annotated hosts and paths are alternatives to the rule's own.
import type { RuleCondition } from "@loopway/model";
import type { Report } from "./annotations.ts";
import { formatList } from "./group-settings.ts";

export interface Patterns {
  values: string[];
  regexValues: string[];
}

export interface ConditionParts {
  host: string | undefined;
  paths: Patterns;
  annotated: readonly RuleCondition[];
}

/** Undefined after a problem. */
export function buildConditions({ host, paths, annotated }: ConditionParts, report: Report): RuleCondition[] | undefined {
  const own = { values: host === undefined || host === "" ? [] : [host], regexValues: [] };
  const hosts = joined([own, ...annotated.map(({ hostHeaderConfig }) => hostHeaderConfig ?? {})]);
  const allPaths = joined([paths, ...annotated.map(({ pathPatternConfig }) => pathPatternConfig ?? {})]);
  const others = annotated.filter(({ field }) => field !== "host-header" && field !== "path-pattern");
  for (const [name, patterns] of Object.entries({ host: hosts, path: allPaths })) {
    if (patterns.values.length === 0 || patterns.regexValues.length === 0) continue;
    const got = `Values ${formatList(patterns.values)} and RegexValues ${formatList(patterns.regexValues)}`;
    report(`${name} condition must specify exactly one of Values and RegexValues, got both ${got}`);
    return undefined;
  }
  const conditions: RuleCondition[] = [
    ...others,
    ...configOf(hosts).map((config): RuleCondition => ({ field: "host-header", hostHeaderConfig: config })),
    ...configOf(allPaths).map((config): RuleCondition => ({ field: "path-pattern", pathPatternConfig: config })),
  ];
  // A rule needs a condition.
  return conditions.length === 0 ? [{ field: "path-pattern", pathPatternConfig: { values: ["/*"] } }] : conditions;
}

function joined(parts: readonly Partial<Patterns>[]): Patterns {
  return {
    values: parts.flatMap(({ values }) => values ?? []),
    regexValues: parts.flatMap(({ regexValues }) => regexValues ?? []),
  };
}

function configOf({ values, regexValues }: Patterns): Partial<Patterns>[] {
  if (values.length > 0) return [{ values }];
  return regexValues.length > 0 ? [{ regexValues }] : [];
}
