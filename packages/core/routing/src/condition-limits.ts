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
  return rule.conditions.flatMap((condition, index) =>
    reasons(condition).map((reason) => ({
      code: "E_INVALID",
      message: `${condition.field} condition: ${reason}`,
      severity: "error" as const,
      object: `Rule ${rule.id}`,
      path: `conditions[${index}]`,
    })),
  );
}

function reasons(condition: RuleCondition): string[] {
  const { field, httpHeaderConfig, queryStringConfig } = condition;
  const values = plainValues(condition);
  const limit = limits[field];
  const found = limit === undefined ? [] : values.flatMap((value) => exceeded(value, limit));
  if (field === "host-header")
    found.push(...values.filter((value) => !HOST_END.test(value)).map((value) => `${value} has no dot with only letters behind it`));
  if (field === "http-header" && httpHeaderConfig !== undefined) {
    const { httpHeaderName } = httpHeaderConfig;
    found.push(...exceeded(httpHeaderName, HEADER_NAME_LIMIT));
    if (httpHeaderName.toLowerCase() === "host") found.push("Host is asked for with a host-header condition");
  }
  if (field === "query-string")
    for (const { key, value } of queryStringConfig?.values ?? [])
      found.push(...[key ?? "", value].flatMap((text) => exceeded(text, QUERY_LIMIT)));
  if (field === "source-ip" && values.includes(UNUSABLE_SOURCE)) found.push(`${UNUSABLE_SOURCE} cannot be used`);
  return found;
}

function exceeded(text: string, { maxLength, characters }: Limit): string[] {
  if (text.length > maxLength) return [`${text} is longer than ${maxLength} characters`];
  return characters.test(text) ? [] : [`${text} has characters that AWS does not take here`];
}
