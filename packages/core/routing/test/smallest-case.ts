// From a large case that fails to one that can be read. The shrinking of fast-check stops early here: a table and fifty requests are too much.
import type { RuleCondition } from "@loopway/model";
import type { RequestView, RuleInput } from "../src/rule-input.ts";

export interface Case {
  rules: readonly RuleInput[];
  request: RequestView;
}

/** Takes away rules, conditions, values, headers and the query for as long as the case still fails. */
export function smallestCase(start: Case, fails: (smaller: Case) => boolean): Case {
  for (const smaller of smallerCases(start)) if (fails(smaller)) return smallestCase(smaller, fails);
  return start;
}

function* smallerCases({ rules, request }: Case): Generator<Case> {
  for (const index of rules.keys()) yield { rules: rules.toSpliced(index, 1), request };
  for (const [index, rule] of rules.entries())
    for (const conditions of smallerConditions(rule.conditions)) yield { rules: rules.with(index, { ...rule, conditions }), request };
  for (const at of request.keys.keys())
    yield { rules, request: { ...request, keys: request.keys.toSpliced(at, 1), values: request.values.toSpliced(at, 1) } };
  if (request.query !== undefined) yield { rules, request: { ...request, query: undefined } };
}

function* smallerConditions(conditions: readonly RuleCondition[]): Generator<RuleCondition[]> {
  for (const index of conditions.keys()) if (conditions.length > 1) yield conditions.toSpliced(index, 1);
  for (const [index, condition] of conditions.entries())
    for (const smaller of smallerValues(condition)) yield conditions.with(index, smaller);
}

/** The configuration of a condition without one of its values. */
function* smallerValues(condition: RuleCondition): Generator<RuleCondition> {
  const { field: _, ...configs } = condition;
  for (const [name, config] of Object.entries(configs))
    for (const [key, values] of Object.entries(config))
      if (Array.isArray(values) && values.length > 1)
        for (const index of values.keys()) yield { ...condition, [name]: { ...config, [key]: values.toSpliced(index, 1) } };
}
