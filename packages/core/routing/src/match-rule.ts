// The hot path: no RegExp, no allocation for rules on host and path, no look at anything that a rule does not ask for.
import { type CompiledCondition, conditionHolds } from "./condition.ts";
import { type Glob, globMatches } from "./glob.ts";
import type { RequestView } from "./rule-input.ts";
import { NO_RANK, NODE, type Roots, type RuleTable } from "./rule-table.ts";

const SLASH = 47;
/** Hosts that are remembered besides those the rules name. A host may keep alive the buffer that it was cut from, hence so few. */
const MAX_STRANGERS = 1024;

/** Index in `table.rules` of the rule that takes the request, or -1: the listener's default action takes it. */
export function matchRule(table: RuleTable, request: RequestView): number {
  const { arena, labels } = table;
  const { path } = request;
  const roots = table.rootsByHost.get(request.host) ?? rootsOf(table, request.host);
  let best = NO_RANK;
  for (let index = 0; index < roots.length; index++) {
    let node = roots[index] as number;
    let at = 0;
    descent: while ((arena[node + NODE.minimum] as number) < best) {
      let label = arena[node + NODE.labelStart] as number;
      const labelEnd = arena[node + NODE.labelEnd] as number;
      if (at + labelEnd - label > path.length) break;
      for (; label < labelEnd; label++, at++) if (labels[label] !== path.charCodeAt(at)) break descent;

      const rest = arena[node + NODE.rest] as number;
      if (rest < best) best = rest;
      let tail = arena[node + NODE.tails] as number;
      if (tail !== 0) {
        const tailsEnd = tail + 1 + 2 * (arena[tail] as number);
        for (tail++; tail < tailsEnd; tail += 2) {
          const rank = arena[tail] as number;
          if (rank >= best) break;
          if (globMatches(table.globs[arena[tail + 1] as number] as Glob, path, at) && guardsHold(table.guards[rank], request)) best = rank;
        }
      }
      if (at === path.length) {
        const exact = arena[node + NODE.exact] as number;
        if (exact < best) best = exact;
        break;
      }
      const code = path.charCodeAt(at);
      const below = arena[node + NODE.below] as number;
      if (code === SLASH && below < best) best = below;
      let child = node + NODE.children;
      const childrenEnd = child + 2 * (arena[node + NODE.childCount] as number);
      while (child < childrenEnd && arena[child] !== code) child += 2;
      if (child === childrenEnd) break;
      node = arena[child + 1] as number;
    }
  }
  return best === NO_RANK ? -1 : best;
}

function guardsHold(guards: readonly CompiledCondition[] | undefined, request: RequestView): boolean {
  return guards === undefined || guards.every((guard) => conditionHolds(guard, request));
}

function rootsOf(table: RuleTable, host: string): Roots {
  const { arena, rootByHost, wildcardHosts, hostlessRoots, rootsByHost } = table;
  const named = rootByHost.get(host);
  if (named === undefined && wildcardHosts.length === 0) return hostlessRoots;
  const covering = wildcardHosts.filter(({ glob }) => globMatches(glob, host, 0)).map(({ root }) => root);
  const roots = [...(named === undefined ? [] : [named]), ...covering, ...hostlessRoots];
  roots.sort((a, b) => (arena[a + NODE.minimum] as number) - (arena[b + NODE.minimum] as number));
  if (named === undefined && rootsByHost.size >= rootByHost.size + MAX_STRANGERS) rootsByHost.clear();
  rootsByHost.set(host, roots);
  return roots;
}
