import type { RuleCondition } from "@loopway/model";
import { compileCondition, conditionHolds } from "./condition.ts";
import type { RequestView } from "./rule-input.ts";
import type { RuleTable } from "./rule-table.ts";

/** One rule that was tried. Plain data. */
export interface RuleTrial {
  /** In `table.rules`. */
  index: number;
  id: string;
  priority: number;
  /** The first condition that the request does not meet; absent in the trial of the rule that takes it. */
  failed?: RuleCondition;
}

/**
 * Every rule that an ALB would try, in order of priority. The last one took the request if it has no `failed`; otherwise, and for an empty
 * list, the default action takes it. Evaluates condition by condition, without the trees that matchRule uses.
 */
export function explainRules(table: RuleTable, request: RequestView): RuleTrial[] {
  const trials: RuleTrial[] = [];
  for (const [index, { id, priority, conditions }] of table.rules.entries()) {
    const failed = conditions.find((condition) => !conditionHolds(compileCondition(condition, table.compileRegex), request));
    trials.push({ index, id, priority, ...(failed !== undefined && { failed }) });
    if (failed === undefined) break;
  }
  return trials;
}
