/** What is compared: two ordered lists of rules, each with the answer that its users see, and a default. */
import type { RuleCondition } from "@loopway/model";
import { type CompileRegex, compileRules, type RequestView, type RuleInput } from "@loopway/routing";

export interface ComparedRule extends RuleInput {
  /** The same text for answers that no user can tell apart. */
  answer: string;
}

export interface ComparedTable {
  rules: readonly ComparedRule[];
  defaultAnswer: string;
}

/** Two tables in which nothing is left to compile: sound rules, the first to match first. */
export interface TablePair {
  before: ComparedTable;
  after: ComparedTable;
}

/** Index of a rule in its table; this one is the default action. */
export const DEFAULT = -1;

/** Rules with a problem are left out, as the load balancer leaves them out. */
export function orderTable({ rules, defaultAnswer }: ComparedTable, compileRegex?: CompileRegex): ComparedTable {
  const { table } = compileRules(rules, compileRegex === undefined ? {} : { compileRegex });
  return { rules: table.rules as readonly ComparedRule[], defaultAnswer };
}

export function answerOf({ rules, defaultAnswer }: ComparedTable, rule: number): string {
  return rules[rule]?.answer ?? defaultAnswer;
}

/** A pair of rules that answer the same requests differently, or of the defaults. */
export interface RulePair {
  before: number;
  after: number;
}

export interface ChangedPair extends RulePair {
  /** A request that the one answers before and the other after. */
  witness: RequestView;
}

/**
 * Requests that could not be decided. `pair`: those that the one rule takes before and the other after; `rules`: those that meet one of these
 * rules. None that was tried is answered differently but in the ways that are reported.
 */
export type Unproven = { samples: number } & (
  | ({ kind: "pair"; reason: "regular expression" } & RulePair)
  | { kind: "rules"; reason: "too many combinations"; before: readonly number[]; after: readonly number[] }
);

export interface TableDifference {
  changes: ChangedPair[];
  /** Empty: the changes are all there are, and that is proven. */
  unproven: Unproven[];
  /** Which rules take a request, by the tables that load balancers serve from: the predicate that tells what is part of a change. */
  takers(request: RequestView): RulePair;
  /** The same by matchLinear, in a hundred times the time: what a witness is held to before it is shown. */
  takersByLaw(request: RequestView): RulePair;
}

/** The same conditions give the same text, however their configs were written down. */
export function conditionKey(condition: RuleCondition): string {
  const { field, hostHeaderConfig, pathPatternConfig, httpHeaderConfig, httpRequestMethodConfig, queryStringConfig, sourceIPConfig } =
    condition;
  const folded = (values: readonly string[] = []) => values.map((value) => value.toLowerCase());
  switch (field) {
    case "host-header":
      return JSON.stringify([field, folded(hostHeaderConfig?.values), hostHeaderConfig?.regexValues]);
    case "path-pattern":
      return JSON.stringify([field, pathPatternConfig?.values, pathPatternConfig?.regexValues]);
    case "http-header": {
      const { httpHeaderName = "", values, regexValues } = httpHeaderConfig ?? {};
      return JSON.stringify([field, httpHeaderName.toLowerCase(), folded(values), regexValues]);
    }
    case "http-request-method":
      return JSON.stringify([field, httpRequestMethodConfig?.values]);
    case "query-string":
      return JSON.stringify([field, queryStringConfig?.values.map(({ key, value }) => [key?.toLowerCase(), value.toLowerCase()])]);
    case "source-ip":
      return JSON.stringify([field, sourceIPConfig?.values]);
  }
}
