// The requests that a rule's conditions hold for, and whether one rule's are all among another's. Exact for patterns; regular expressions include
// only what is written alike.
import { isEqual, perObject } from "@loopway/kube";
import type { RuleCondition } from "@loopway/model";
import { networkContains, parseNetwork } from "@loopway/routing";
import { includesGlob } from "./glob-inclusion.ts";

/** One host pattern, one path pattern, and what else must hold: a rule is the union of its boxes. */
export interface Box {
  host: Pattern;
  path: Pattern;
  others: readonly RuleCondition[];
}

interface Pattern {
  text: string;
  isRegex: boolean;
}

export const boxesOf = perObject((conditions: readonly RuleCondition[]): readonly Box[] => {
  const hosts = patternsOf(conditions, "host-header", { text: "*", isRegex: false });
  const paths = patternsOf(conditions, "path-pattern", { text: "/*", isRegex: false });
  const others = conditions.filter(({ field }) => field !== "host-header" && field !== "path-pattern");
  return hosts.flatMap((host) => paths.map((path) => ({ host, path, others })));
});

function patternsOf(conditions: readonly RuleCondition[], field: "host-header" | "path-pattern", all: Pattern): Pattern[] {
  const configs = conditions.flatMap((condition) =>
    condition.field === field ? [condition.hostHeaderConfig ?? condition.pathPatternConfig] : [],
  );
  if (configs.length === 0) return [all];
  const fold = (text: string) => (field === "host-header" ? text.toLowerCase() : text);
  return configs.flatMap((config) => [
    ...(config?.values ?? []).map((text) => ({ text: fold(text), isRegex: false })),
    ...(config?.regexValues ?? []).map((text) => ({ text, isRegex: true })),
  ]);
}

/** Every request of `inner` is one of `outer`. */
export function includesBox(outer: Box, inner: Box): boolean {
  return (
    includesPattern(outer.host, inner.host, "*") &&
    includesPattern(outer.path, inner.path, "/*") &&
    outer.others.every((wanted) => inner.others.some((given) => impliesCondition(given, wanted)))
  );
}

function includesPattern(outer: Pattern, inner: Pattern, all: string): boolean {
  if (outer.isRegex || inner.isRegex) return isEqual(outer, inner) || (!outer.isRegex && (outer.text === all || outer.text === "*"));
  return includesGlob(outer.text, inner.text);
}

function impliesCondition(given: RuleCondition, wanted: RuleCondition): boolean {
  if (given.field !== wanted.field) return false;
  switch (given.field) {
    case "http-header":
      return impliesHeader(given.httpHeaderConfig, wanted.httpHeaderConfig);
    case "http-request-method": {
      const methods = wanted.httpRequestMethodConfig?.values ?? [];
      return (given.httpRequestMethodConfig?.values ?? []).every((method) => methods.includes(method));
    }
    case "query-string":
      return impliesQuery(given.queryStringConfig?.values ?? [], wanted.queryStringConfig?.values ?? []);
    case "source-ip":
      return (given.sourceIPConfig?.values ?? []).every((inner) =>
        (wanted.sourceIPConfig?.values ?? []).some((outer) => includesNetwork(outer, inner)),
      );
    default:
      return isEqual(given, wanted);
  }
}

type HeaderConfig = RuleCondition["httpHeaderConfig"];

function impliesHeader(given: HeaderConfig, wanted: HeaderConfig): boolean {
  if (given?.httpHeaderName.toLowerCase() !== wanted?.httpHeaderName.toLowerCase()) return false;
  const outer = (wanted?.values ?? []).map((value) => value.toLowerCase());
  return (
    (given?.values ?? []).every((value) => outer.some((pattern) => includesGlob(pattern, value.toLowerCase()))) &&
    (given?.regexValues ?? []).every((pattern) => outer.includes("*") || wanted?.regexValues?.includes(pattern) === true)
  );
}

type Parameter = { key?: string; value: string };

/** Escaped wildcards are compared as written. */
function impliesQuery(given: readonly Parameter[], wanted: readonly Parameter[]): boolean {
  const includes = (outer: string, inner: string) =>
    outer.toLowerCase() === inner.toLowerCase() ||
    (!`${outer}${inner}`.includes("\\") && includesGlob(outer.toLowerCase(), inner.toLowerCase()));
  return given.every((inner) =>
    wanted.some(
      ({ key, value }) => (key === undefined || (inner.key !== undefined && includes(key, inner.key))) && includes(value, inner.value),
    ),
  );
}

function includesNetwork(outer: string, inner: string): boolean {
  const wide = parseNetwork(outer);
  const narrow = parseNetwork(inner);
  return wide !== undefined && narrow !== undefined && wide.prefixLength <= narrow.prefixLength && networkContains(wide, narrow.octets);
}
