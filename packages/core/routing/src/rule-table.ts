import type { CompiledCondition } from "./condition.ts";
import type { Glob } from "./glob.ts";
import type { RuleInput } from "./rule-input.ts";

/**
 * The compiled rules of one listener. Read it with matchRule, explainRules and formatTree; nothing else looks inside.
 *
 * Rules are numbered in order of priority ("rank"), so that the smallest rank of all that match is the answer. For each host pattern
 * there is one radix tree over the literal beginnings of the path patterns; a request is looked up in the trees of all host patterns
 * that cover its host, each time with the best rank so far, which prunes: every node knows the smallest rank below it.
 * Priority is the law, the trees are only its index.
 */
export interface RuleTable<R extends RuleInput = RuleInput> {
  /** By rank: in order of priority, without those that have a problem. */
  readonly rules: readonly R[];
  /** By rank: the conditions beyond host and path, undefined where there are none. */
  readonly guards: readonly (readonly CompiledCondition[] | undefined)[];
  /** All trees: see NODE. */
  readonly arena: Int32Array;
  /** All labels, end to end. */
  readonly labels: Uint16Array;
  readonly globs: readonly Glob[];
  readonly rootByHost: ReadonlyMap<string, number>;
  readonly wildcardHosts: readonly { pattern: string; glob: Glob; root: number }[];
  /** The tree of the rules without host condition, if there are such. */
  readonly hostlessRoots: Roots;
  /** Memo of rootsOf, bounded: the only thing here that ever changes. */
  readonly rootsByHost: Map<string, Roots>;
}

/** Roots of the trees that concern one host, the one with the smallest rank first. */
export type Roots = readonly number[];

/** Larger than any rank. */
export const NO_RANK = 0x3fffffff;

/**
 * A node in the arena, by offset. Its subject is the literal read so far, label included:
 *
 *     +0 minimum      smallest rank in this node and below it
 *     +1 labelStart   the label is labels[labelStart .. labelEnd)
 *     +2 labelEnd
 *     +3 exact        rank of the pattern that is the literal itself
 *     +4 below        rank of literal + "/*"
 *     +5 rest         rank of literal + "*"
 *     +6 tails        offset of the tails, 0 when there are none
 *     +7 childCount   followed by childCount × (first code of the child's label, offset of the child)
 *
 * Tails are what the three ranks cannot say, because the pattern goes on with a wildcard in another way, or because the rule has
 * guards: their count, then (rank, index of the glob that must cover the rest of the path) in order of rank.
 */
export const NODE = { minimum: 0, labelStart: 1, labelEnd: 2, exact: 3, below: 4, rest: 5, tails: 6, childCount: 7, children: 8 } as const;
