/** The requests that two rules have in common, in a few words. */
import type { RuleCondition } from "@loopway/model";
import { ANY_CHARACTERS, type Glob, globMatches, ONE_CHARACTER, parseGlob, plainValues, regexValues } from "@loopway/routing";
import { includesGlob } from "../lint/glob-inclusion.ts";
import { conditionKey } from "./compared-table.ts";

/** Exceptions written out. */
const MAX_LESS = 2;

export interface Region {
  /** Patterns, one of which covers; empty: any. Two that overlap stand as "a & b". */
  hosts: readonly string[];
  paths: readonly string[];
  /** Everything else that must hold. */
  conditions: readonly string[];
  /** What earlier rules take of it. */
  less: readonly string[];
}

type Conditions = readonly RuleCondition[];

/** @param earlier conditions of rules that may take some of the requests first */
export function describeRegion(before: Conditions, after: Conditions, earlier: readonly Conditions[] = []): Region {
  const all = [...before, ...after];
  const others = all.filter((condition) => !isGlobs(condition, "host-header") && !isGlobs(condition, "path-pattern"));
  const distinct = new Map(others.map((condition) => [conditionKey(condition), condition]));
  const region = {
    hosts: meet(globsOf(before, "host-header"), globsOf(after, "host-header")),
    paths: meet(globsOf(before, "path-pattern"), globsOf(after, "path-pattern")),
    conditions: [...distinct.values()].map(formatCondition),
  };
  const less = earlier.filter((rule) => overlaps(region, rule)).map((rule) => formatExcept(region, describeRegion(rule, rule)));
  return { ...region, less: [...new Set(less)] };
}

/** As far as hosts and paths tell. */
function overlaps({ hosts, paths }: Pick<Region, "hosts" | "paths">, rule: Conditions): boolean {
  const meets = (own: readonly string[], others: readonly string[] | undefined) =>
    own.length === 0 || others === undefined || own.some((one) => one.includes(" & ") || others.some((other) => globsMeet(one, other)));
  return meets(hosts, globsOf(rule, "host-header")) && meets(paths, globsOf(rule, "path-pattern"));
}

/** Only what the region does not say already. */
function formatExcept(region: Pick<Region, "hosts" | "paths">, { hosts, paths, conditions }: Region): string {
  const host = hosts.length === 0 || hosts.join() === region.hosts.join() ? [] : [hosts.join(", ")];
  const path = paths.length === 0 || paths.join() === region.paths.join() ? [] : [paths.join(", ")];
  return [...host, ...path, ...conditions].join(" ") || formatRegion({ hosts, paths, conditions, less: [] });
}

/** Whether some text meets both patterns. */
function globsMeet(one: string, other: string): boolean {
  if (one === other) return true;
  if (!/[*?]/.test(one)) return globMatches(parseGlob(other), one, 0);
  return /[*?]/.test(other) ? globsShare(parseGlob(one), parseGlob(other)) : globMatches(parseGlob(one), other, 0);
}

/** Row by row over both patterns: whether what begins here and there has a text in common. */
function globsShare(one: Glob, other: Glob): boolean {
  let row = other.map((_, at) => other.slice(at).every((code) => code === ANY_CHARACTERS)).concat(true);
  for (let at = one.length - 1; at >= 0; at--) {
    const isStar = one[at] === ANY_CHARACTERS;
    const next: boolean[] = Array(other.length + 1).fill(false);
    next[other.length] = isStar && row[other.length] === true;
    for (let to = other.length - 1; to >= 0; to--) {
      const isOtherStar = other[to] === ANY_CHARACTERS;
      const isPair = one[at] === other[to] || one[at] === ONE_CHARACTER || other[to] === ONE_CHARACTER;
      const skips = (isStar && (row[to] === true || next[to + 1] === true)) || (isOtherStar && (next[to + 1] === true || row[to] === true));
      next[to] = isStar || isOtherStar ? skips : isPair && row[to + 1] === true;
    }
    row = next;
  }
  return row[0] === true;
}

export function formatRegion({ hosts, paths, conditions, less }: Region): string {
  const host = hosts.length === 0 ? "any host" : hosts.join(", ");
  const path = paths.length === 0 ? "any path" : paths.join(", ");
  const except = less.length > MAX_LESS ? [`less ${less.length} earlier rules`] : less.length > 0 ? [`less ${less.join("; ")}`] : [];
  return [`${host}  ${path}`, ...conditions, ...except].join("  ");
}

function isGlobs(condition: RuleCondition, field: RuleCondition["field"]): boolean {
  return condition.field === field && regexValues(condition).length === 0;
}

function globsOf(conditions: readonly RuleCondition[], field: RuleCondition["field"]): readonly string[] | undefined {
  const values = conditions.filter((condition) => isGlobs(condition, field)).flatMap(plainValues);
  if (values.length === 0) return undefined;
  return field === "host-header" ? values.map((value) => value.toLowerCase()) : values;
}

/** Of each two patterns the narrower one, or both. */
function meet(before: readonly string[] | undefined, after: readonly string[] | undefined): string[] {
  if (before === undefined || after === undefined) return [...new Set(before ?? after ?? [])];
  if (before.join("\n") === after.join("\n")) return [...before];
  return [...new Set(before.flatMap((old) => after.flatMap((young) => meetTwo(old, young))))];
}

function meetTwo(old: string, young: string): string[] {
  if (includesGlob(young, old)) return [old];
  if (includesGlob(old, young)) return [young];
  return globsMeet(old, young) ? [`${old} & ${young}`] : [];
}

function formatCondition(condition: RuleCondition): string {
  const values = [...plainValues(condition), ...regexValues(condition).map((pattern) => `/${pattern}/`)].join(" or ");
  switch (condition.field) {
    case "host-header":
      return `host ${values}`;
    case "path-pattern":
      return `path ${values}`;
    case "http-header":
      return `header ${condition.httpHeaderConfig?.httpHeaderName.toLowerCase()}: ${values}`;
    case "http-request-method":
      return `method ${values}`;
    case "source-ip":
      return `source ${values}`;
    case "query-string": {
      const pairs = condition.queryStringConfig?.values ?? [];
      return `query ${pairs.map(({ key, value }) => (key === undefined ? value : `${key}=${value}`)).join(" or ")}`;
    }
  }
}
