import { matchTrees } from "./path-tree.ts";
import { rootsOf } from "./roots-of.ts";
import type { RequestView } from "./rule-input.ts";
import type { RuleTable } from "./rule-table.ts";

/**
 * Index in `table.rules` of the rule that takes the request, or -1: the listener's default action takes it. The hot path: no RegExp, no
 * allocation for rules on host and path, no look at anything that no rule asks for.
 */
export function matchRule(table: RuleTable, request: RequestView): number {
  return matchTrees(table, table.rootsByHost.get(request.host) ?? rootsOf(table, request.host), request);
}
