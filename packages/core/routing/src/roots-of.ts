import { globMatches } from "./glob.ts";
import { minimumRank } from "./path-tree.ts";
import type { Roots, RuleTable } from "./rule-table.ts";

/** Hosts that are remembered besides those the rules name. A host may keep alive the buffer that it was cut from, hence so few. */
const MAX_STRANGERS = 1024;
const NO_ROOTS: Roots = [];

/** The trees that concern a host: its own, those of the wildcards that cover it, that of the rules for any host. Remembers the answer. */
export function rootsOf(table: RuleTable, host: string): Roots {
  const { rootByHost, wildcardHosts, hostlessRoot, rootsByHost } = table;
  const named = rootByHost.get(host);
  if (named === undefined && wildcardHosts.length === 0) return hostlessRoot ?? NO_ROOTS;
  const covering = wildcardHosts.filter(({ glob }) => globMatches(glob, host, 0)).map(({ root }) => root);
  const all = [named, ...covering, hostlessRoot].filter((root) => root !== undefined);
  all.sort((a, b) => minimumRank(table, a) - minimumRank(table, b));
  const [first] = all;
  const roots = all.length === 1 && first !== undefined ? first : all;
  if (named === undefined && rootsByHost.size >= rootByHost.size + MAX_STRANGERS) rootsByHost.clear();
  rootsByHost.set(host, roots);
  return roots;
}
