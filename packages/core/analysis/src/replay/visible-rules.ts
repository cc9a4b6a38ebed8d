/**
 * A rule table as far as a log can tell. The log has no header but Host and User-Agent: conditions on others are taken for met, so that a rule
 * which could take a request does. If the winner then asks for nothing unseen, no rule before it fits whatever the headers were: it is the
 * real winner. Otherwise the line cannot be decided, and the winner is the reason.
 */
import type { RuleCondition } from "@loopway/model";
import { type CompiledListener, type CompiledRule, compileRules, type RuleTable } from "@loopway/routing";
import { type Answer, answerOf } from "../answer.ts";

/** What the manifests say of all requests that one rule, or the default action, takes. */
export interface Expectation {
  listenerPort: number;
  rule: CompiledRule;
  answer: Answer;
  /** The first condition that looks at a header which logs do not have. */
  unseen: RuleCondition | undefined;
}

export interface VisibleListener {
  rules: RuleTable<CompiledRule>;
  /** By rank, as matchRule gives it. */
  expectations: readonly Expectation[];
  defaultExpectation: Expectation;
}

/** Stands for conditions that are all unseen; a rule needs at least one. */
const ANY_PATH: RuleCondition = { field: "path-pattern", pathPatternConfig: { values: ["*"] } };

export function compileVisible(listener: CompiledListener, serviceOf: (targetGroup: string) => string): VisibleListener {
  const { listenerPort, defaultRule, rules } = listener;
  const visible = rules.rules.map((rule) => ({ ...rule, conditions: seenConditions(rule.conditions), original: rule }));
  const { compileRegex } = rules;
  const { table } = compileRules(visible, compileRegex === undefined ? {} : { compileRegex });
  const expect = (rule: CompiledRule): Expectation => ({
    listenerPort,
    rule,
    answer: answerOf(rule.action, serviceOf),
    unseen: rule.conditions.find(isUnseen),
  });
  return { rules: table, expectations: table.rules.map(({ original }) => expect(original)), defaultExpectation: expect(defaultRule) };
}

function seenConditions(conditions: readonly RuleCondition[]): readonly RuleCondition[] {
  if (!conditions.some(isUnseen)) return conditions;
  const seen = conditions.filter((condition) => !isUnseen(condition));
  return seen.length === 0 ? [ANY_PATH] : seen;
}

function isUnseen({ httpHeaderConfig }: RuleCondition): boolean {
  return httpHeaderConfig !== undefined && httpHeaderConfig.httpHeaderName.toLowerCase() !== "user-agent";
}
