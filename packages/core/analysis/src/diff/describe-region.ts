/** The requests that two rules have in common, in a few words; what earlier rules take of them is not subtracted. */
import type { RuleCondition } from "@loopway/model";
import { type Glob, parseGlob, plainValues, regexValues } from "@loopway/routing";
import { conditionKey } from "./compared-table.ts";
import { findTextAtoms } from "./text-atoms.ts";
import { hostDomain, pathDomain, type TextDomain } from "./text-domain.ts";

/** Two patterns never need more. */
const MAX_STEPS = 100_000;

export interface Region {
  /** Patterns, one of which covers; empty: any. Two that overlap stand as "a & b". */
  hosts: readonly string[];
  paths: readonly string[];
  /** Everything else that must hold. */
  conditions: readonly string[];
}

export function describeRegion(before: readonly RuleCondition[], after: readonly RuleCondition[]): Region {
  const all = [...before, ...after];
  const others = all.filter((condition) => !isGlobs(condition, "host-header") && !isGlobs(condition, "path-pattern"));
  const distinct = new Map(others.map((condition) => [conditionKey(condition), condition]));
  return {
    hosts: meet(globsOf(before, "host-header"), globsOf(after, "host-header"), hostDomain),
    paths: meet(globsOf(before, "path-pattern"), globsOf(after, "path-pattern"), pathDomain),
    conditions: [...distinct.values()].map(formatCondition),
  };
}

export function formatRegion({ hosts, paths, conditions }: Region): string {
  const host = hosts.length === 0 ? "any host" : hosts.join(", ");
  const path = paths.length === 0 ? "any path" : paths.join(", ");
  return [`${host}  ${path}`, ...conditions].join("  ");
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
function meet(before: readonly string[] | undefined, after: readonly string[] | undefined, domain: TextDomain): string[] {
  if (before === undefined || after === undefined) return [...new Set(before ?? after ?? [])];
  if (before.join("\n") === after.join("\n")) return [...before];
  const met = before.flatMap((old) => after.flatMap((young) => meetTwo(old, young, domain)));
  return [...new Set(met)];
}

function meetTwo(old: string, young: string, domain: TextDomain): string[] {
  if (old === young) return [old];
  const globs: Glob[] = [parseGlob(old), parseGlob(young)];
  const atoms = findTextAtoms(globs, { domain, maxSteps: MAX_STEPS }) ?? [];
  const has = (accepted: string) => atoms.some((atom) => atom.accepted.join() === accepted);
  if (!has("0,1")) return [];
  if (!has("0")) return [old];
  return [has("1") ? `${old} & ${young}` : young];
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
