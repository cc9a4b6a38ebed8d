/** What cannot be decided is tried, near what is known of it. */

import type { RequestView } from "@loopway/routing";
import { answerOf } from "./compared-table.ts";
import { type Comparison, type HostAndPath, NEUTRAL, type RuleLists } from "./comparison.ts";
import type { PreparedRule } from "./prepare-rules.ts";
import { sampleRequests } from "./sample-requests.ts";

/** Tries requests near what is doubtful. What differs is a change; a pair for which nothing does stays unproven. */
export function tryDoubtful(comparison: Comparison): void {
  const { doubtful, changes, unproven, tables, limits } = comparison;
  for (const [key, { before, after, near }] of doubtful) {
    if (changes.has(key)) continue;
    const conditions = [tables.before.rules[before], tables.after.rules[after]].flatMap((rule) => rule?.conditions ?? []);
    const samples = tryRequests(comparison, sampleRequests(near, conditions, limits.maxSamples));
    if (!changes.has(key)) unproven.push({ kind: "pair", reason: "regular expression", before, after, samples });
  }
}

/** What could not be searched is tried around each rule that may matter. */
export function giveUp(
  comparison: Comparison,
  place: HostAndPath,
  lists: RuleLists,
  moved: readonly PreparedRule[] = [...lists.before, ...lists.after],
): void {
  const { limits, tables, unproven } = comparison;
  const near = { ...NEUTRAL, ...place };
  const isMoved = new Set(moved);
  let samples = 0;
  for (const side of ["before", "after"] as const) {
    for (const rule of lists[side]) {
      if (!isMoved.has(rule) || samples >= limits.maxSamples) continue;
      samples += tryRequests(
        comparison,
        sampleRequests([near], tables[side].rules[rule.rule]?.conditions ?? [], limits.maxSamples - samples),
      );
    }
  }
  const indices = (list: readonly PreparedRule[]) => list.filter((rule) => isMoved.has(rule)).map(({ rule }) => rule);
  unproven.push({ kind: "rules", reason: "too many combinations", before: indices(lists.before), after: indices(lists.after), samples });
}

function tryRequests({ takers, tables, changes }: Comparison, requests: readonly RequestView[]): number {
  for (const request of requests) {
    const pair = takers(request);
    const key = `${pair.before} ${pair.after}`;
    const differs = answerOf(tables.before, pair.before) !== answerOf(tables.after, pair.after);
    if (differs && !changes.has(key)) changes.set(key, { ...pair, witness: request });
  }
  return requests.length;
}
