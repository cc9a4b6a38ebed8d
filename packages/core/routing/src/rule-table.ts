import type { RuleCondition } from "@loopway/model";
import type { CompiledCondition } from "./condition.ts";
import type { Glob } from "./glob.ts";
import type { CompileRegex } from "./regex.ts";
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
  /** By rank: what the next table is compared with, to take over the trees that have not changed. */
  readonly parts: readonly RuleParts[];
  /** Memo of all tables of a line: the parts of a rule, by its list of conditions. */
  readonly partsByConditions: WeakMap<readonly RuleCondition[], RuleParts>;
  /** By host pattern, "" for rules without host condition: the ranks of the rules in the tree, ascending, and where in the arena it lies. */
  readonly treeByPattern: ReadonlyMap<string, { ranks: readonly number[]; root: number; end: number }>;
  readonly compileRegex: CompileRegex | undefined;
  /** All trees: see path-tree.ts. */
  readonly arena: Int32Array;
  /** All labels, end to end. */
  readonly labels: Uint16Array;
  readonly globs: readonly Glob[];
  readonly rootByHost: ReadonlyMap<string, number>;
  readonly wildcardHosts: readonly { pattern: string; glob: Glob; root: number }[];
  /** The tree of the rules without host condition, if there are such. */
  readonly hostlessRoot: number | undefined;
  /** Memo of rootsOf, bounded. With the memo of parts all that ever changes here. */
  readonly rootsByHost: Map<string, Roots>;
}

/** What one rule asks for, sorted by who answers it: the choice of trees, the tree, or a look at the rest of the request. */
export interface RuleParts {
  hosts: readonly string[];
  paths: readonly { literal: string; tail: string }[];
  guards: readonly CompiledCondition[];
}

/** Roots of the trees that concern one host, the one with the smallest rank first. A single one is not in a list: one cache miss less. */
export type Roots = number | readonly number[];
