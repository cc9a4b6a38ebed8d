import { globMatches } from "./glob.ts";
import { matchTrees, minimumRank } from "./path-tree.ts";
import type { RequestView } from "./rule-input.ts";
import type { Roots, RuleTable } from "./rule-table.ts";

/** Hosts that are remembered besides those the rules name. A host may keep alive the buffer that it was cut from, hence so few. */
const MAX_STRANGERS = 1024;

/**
 * Index in `table.rules` of the rule that takes the request, or -1: the listener's default action takes it. The hot path: no RegExp, no
 * allocation for rules on host and path, no look at anything that no rule asks for.
 */
export function matchRule(table: RuleTable, request: RequestView): number {
  return matchTrees(table, table.rootsByHost.get(request.host) ?? rootsOf(table, request.host), request);
}

function rootsOf(table: RuleTable, host: string): Roots {
  const { rootByHost, wildcardHosts, hostlessRoots, rootsByHost } = table;
  const named = rootByHost.get(host);
  if (named === undefined && wildcardHosts.length === 0) return hostlessRoots;
  const covering = wildcardHosts.filter(({ glob }) => globMatches(glob, host, 0)).map(({ root }) => root);
  const roots = [...(named === undefined ? [] : [named]), ...covering, ...hostlessRoots];
  roots.sort((a, b) => minimumRank(table, a) - minimumRank(table, b));
  if (named === undefined && rootsByHost.size >= rootByHost.size + MAX_STRANGERS) rootsByHost.clear();
  rootsByHost.set(host, roots);
  return roots;
}
