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
  const hosts: Patterns = { values: host === undefined || host === "" ? [] : [host], regexValues: [] };
  const allPaths: Patterns = { values: [...paths.values], regexValues: [...paths.regexValues] };
  const conditions: RuleCondition[] = [];
  for (const condition of annotated) {
    if (condition.field === "host-header") append(hosts, condition.hostHeaderConfig);
    else if (condition.field === "path-pattern") append(allPaths, condition.pathPatternConfig);
    else conditions.push(condition);
  }
  if (isMixed("host", hosts, report) || isMixed("path", allPaths, report)) return undefined;
  if (!isEmpty(hosts)) conditions.push({ field: "host-header", hostHeaderConfig: configOf(hosts) });
  if (!isEmpty(allPaths)) conditions.push({ field: "path-pattern", pathPatternConfig: configOf(allPaths) });
  // A rule needs a condition.
  return conditions.length === 0 ? [{ field: "path-pattern", pathPatternConfig: { values: ["/*"] } }] : conditions;
}

function append(patterns: Patterns, more: Partial<Patterns> | undefined): void {
  patterns.values.push(...(more?.values ?? []));
  patterns.regexValues.push(...(more?.regexValues ?? []));
}

function isMixed(name: string, { values, regexValues }: Patterns, report: Report): boolean {
  if (values.length === 0 || regexValues.length === 0) return false;
  const got = `Values ${formatList(values)} and RegexValues ${formatList(regexValues)}`;
  report(`${name} condition must specify exactly one of Values and RegexValues, got both ${got}`);
  return true;
}

function isEmpty({ values, regexValues }: Patterns): boolean {
  return values.length === 0 && regexValues.length === 0;
}

function configOf({ values, regexValues }: Patterns): Partial<Patterns> {
  return values.length > 0 ? { values } : { regexValues };
}
