// What AWS lets stand in a condition. Source: ALB user guide, "Condition types for listener rules", and the elbv2 condition configs. How many
// values, rules or certificates there may be is the deployer's business.
import type { Problem, RuleCondition } from "@loopway/model";
import { plainValues } from "./condition.ts";
import type { RuleInput } from "./rule-input.ts";

interface Limit {
  maxLength: number;
  characters: RegExp;
}

/** By field, for each value; the conditions that are not here have no characters of their own. */
const limits: Readonly<Partial<Record<RuleCondition["field"], Limit>>> = {
  "host-header": { maxLength: 128, characters: /^[A-Za-z0-9.*?-]*$/ },
  "path-pattern": { maxLength: 128, characters: /^[A-Za-z0-9_.$/~"'@:+&*?-]*$/ },
  "http-header": { maxLength: 128, characters: /^[\x20-\x7e]*$/ },
  "http-request-method": { maxLength: 40, characters: /^[A-Z_-]*$/ },
};
const QUERY_LIMIT: Limit = { maxLength: 128, characters: /^[\x20-\x7e]*$/ };
const HEADER_NAME_LIMIT: Limit = { maxLength: 40, characters: /^[!#$%&'+.^_`|~0-9A-Za-z-]+$/ };
/** A dot, and behind the last one letters only; whether a wildcard may stand there AWS does not say: it may. */
const HOST_END = /\.[A-Za-z*?]*$/;
const UNUSABLE_SOURCE = "255.255.255.255/32";

/** Every condition that AWS would refuse for what stands in it; the table would match with it all the same. */
export function conditionLimitProblems(rule: Pick<RuleInput, "id" | "conditions">): Problem[] {
  const problems: Problem[] = [];
  for (const [index, condition] of rule.conditions.entries()) {
    for (const reason of reasons(condition)) {
      const message = `${condition.field} condition: ${reason}`;
      problems.push({ code: "E_INVALID", message, severity: "error", object: `Rule ${rule.id}`, path: `conditions[${index}]` });
    }
  }
  return problems;
}

function reasons(condition: RuleCondition): string[] {
  const { field, httpHeaderConfig, queryStringConfig } = condition;
  const values = plainValues(condition);
  const limit = limits[field];
  const found: string[] = [];
  if (limit !== undefined) for (const value of values) findExceeded(found, value, limit);
  if (field === "host-header")
    for (const value of values) if (!HOST_END.test(value)) found.push(`${value} has no dot with only letters behind it`);
  if (field === "http-header" && httpHeaderConfig !== undefined) {
    const { httpHeaderName } = httpHeaderConfig;
    findExceeded(found, httpHeaderName, HEADER_NAME_LIMIT);
    if (httpHeaderName.toLowerCase() === "host") found.push("Host is asked for with a host-header condition");
  }
  if (field === "query-string")
    for (const { key = "", value } of queryStringConfig?.values ?? [])
      for (const text of [key, value]) findExceeded(found, text, QUERY_LIMIT);
  if (field === "source-ip" && values.includes(UNUSABLE_SOURCE)) found.push(`${UNUSABLE_SOURCE} cannot be used`);
  return found;
}

function findExceeded(found: string[], text: string, { maxLength, characters }: Limit): void {
  if (text.length > maxLength) found.push(`${text} is longer than ${maxLength} characters`);
  else if (!characters.test(text)) found.push(`${text} has characters that AWS does not take here`);
}
