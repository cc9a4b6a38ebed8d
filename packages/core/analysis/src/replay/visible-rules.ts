/**
 * A rule table as far as a log can tell. The log has no header but Host and User-Agent: conditions on others are taken for met, so that a rule
 * which could take a request does. If the winner then asks for nothing unseen, no rule before it fits whatever the headers were: it is the
 * real winner. Otherwise the line cannot be decided, and the winner is the reason.
 */
import type { RuleCondition } from "@loopway/model";
import { type CompiledListener, type CompiledRule, compileRules, type RuleTable } from "@loopway/routing";
import type { Answer } from "../diff/answer.ts";
import { answerOf, type ComparedAnswer, type Routes } from "../routes.ts";

/** What the manifests say of all requests that one rule, or the default action, takes. */
export interface Expectation {
  listenerPort: number;
  rule: CompiledRule;
  answer: Answer;
  /** Of the answer: equal ones no user can tell apart. */
  answerKey: string;
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

export function compileVisible(routes: Routes, { name, listenerPort, defaultRule, rules }: CompiledListener): VisibleListener {
  const visible = rules.rules.map((rule) => ({ ...rule, conditions: seenConditions(rule.conditions), original: rule }));
  const { compileRegex } = rules;
  const { table } = compileRules(visible, compileRegex === undefined ? {} : { compileRegex });
  const expect = (rule: CompiledRule, { shown, key }: ComparedAnswer): Expectation => ({
    listenerPort,
    rule,
    answer: shown,
    answerKey: key,
    unseen: rule.conditions.find(isUnseen),
  });
  return {
    rules: table,
    expectations: table.rules.map(({ original }) => expect(original, answerOf(routes, original.id))),
    defaultExpectation: expect(defaultRule, answerOf(routes, name)),
  };
}

function seenConditions(conditions: readonly RuleCondition[]): readonly RuleCondition[] {
  if (!conditions.some(isUnseen)) return conditions;
  const seen = conditions.filter((condition) => !isUnseen(condition));
  return seen.length === 0 ? [ANY_PATH] : seen;
}

function isUnseen({ httpHeaderConfig }: RuleCondition): boolean {
  return httpHeaderConfig !== undefined && httpHeaderConfig.httpHeaderName.toLowerCase() !== "user-agent";
}
