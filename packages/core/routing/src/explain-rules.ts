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
  /**
   * With `failed`: what the condition looked at, as the request has it. One text; of a header one for each occurrence, of the query one for
   * each parameter; none where the request has no such header, or no query.
   */
  sent?: string[];
}

/**
 * Every rule that an ALB would try, in order of priority. The last one took the request if it has no `failed`; otherwise, and for an empty
 * list, the default action takes it. Evaluates condition by condition, without the trees that matchRule uses.
 */
export function explainRules(table: RuleTable, request: RequestView): RuleTrial[] {
  const trials: RuleTrial[] = [];
  for (const [index, { id, priority, conditions }] of table.rules.entries()) {
    const failed = conditions.find((condition) => !conditionHolds(compileCondition(condition, table.compileRegex), request));
    trials.push({ index, id, priority, ...(failed !== undefined && { failed, sent: sentFor(failed, request) }) });
    if (failed === undefined) break;
  }
  return trials;
}

function sentFor({ field, httpHeaderConfig }: RuleCondition, request: RequestView): string[] {
  switch (field) {
    case "host-header":
      return [request.host];
    case "path-pattern":
      return [request.path];
    case "http-request-method":
      return [request.method];
    case "source-ip":
      return [request.sourceIp];
    case "query-string":
      return request.query?.split("&") ?? [];
    case "http-header": {
      const key = httpHeaderConfig?.httpHeaderName.toLowerCase();
      return request.values.filter((_, at) => request.keys[at] === key);
    }
  }
}
