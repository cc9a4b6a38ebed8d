import type { Problem, RuleCondition } from "@loopway/model";
import { type CompiledCondition, compileCondition, conditionProblem, plainValues } from "./condition.ts";
import { literalLength, parseGlob } from "./glob.ts";
import { buildTree, copyTree, createStore, type PathEntry, splitPattern } from "./path-tree.ts";
import { type CompileRegex, regexValues } from "./regex.ts";
import { rootsOf } from "./roots-of.ts";
import type { RuleInput } from "./rule-input.ts";
import type { RuleParts, RuleTable } from "./rule-table.ts";

/** Rules without host condition stand under this; no condition value is empty. */
const HOSTLESS = "";

export interface CompileOptions {
  /** Of loadRegexEngine; without it a rule with regexValues has a problem. */
  compileRegex?: CompileRegex | undefined;
  /** The table before this one: the trees in which nothing changed are copied. A rule is unchanged if its `conditions` are the same list. */
  previous?: RuleTable | undefined;
}

/**
 * The rule table of one listener. A rule with a problem is left out and the rest works. The default action is not part of the table:
 * matchRule's -1 stands for it. With `previous` the same table comes out, sooner.
 */
export function compileRules<R extends RuleInput>(
  input: readonly R[],
  { compileRegex, previous }: CompileOptions = {},
): { table: RuleTable<R>; problems: Problem[] } {
  const problems: Problem[] = [];
  const partsByConditions = previous?.partsByConditions ?? new WeakMap<readonly RuleCondition[], RuleParts>();
  const sound: { rule: R; parts: RuleParts }[] = [];
  for (const rule of input) {
    let parts = partsByConditions.get(rule.conditions);
    if (parts === undefined) {
      const found = ruleProblems(rule, compileRegex);
      problems.push(...found);
      if (found.length > 0) continue;
      parts = splitRule(rule.conditions, compileRegex);
      partsByConditions.set(rule.conditions, parts);
    }
    sound.push({ rule, parts });
  }
  // The sort is stable: of equal priorities the first given stays first.
  sound.sort((a, b) => a.rule.priority - b.rule.priority);
  const rules = sound.map(({ rule }) => rule);
  const parts = sound.map((one) => one.parts);
  const { store, treeByPattern } = buildTrees(parts, previous);
  const roots = [...treeByPattern].map(([pattern, { root }]) => ({ pattern, root }));
  const named = roots.filter(({ pattern }) => pattern !== HOSTLESS && literalLength(pattern) === pattern.length);
  const wildcard = roots.filter(({ pattern }) => literalLength(pattern) < pattern.length);
  const table: RuleTable<R> = {
    rules,
    guards: parts.map(({ guards }) => (guards.length === 0 ? undefined : guards)),
    parts,
    partsByConditions,
    treeByPattern,
    compileRegex,
    arena: store.arena.trimmed(),
    labels: store.labels.trimmed(),
    globs: store.globs,
    rootByHost: new Map(named.map(({ pattern, root }) => [pattern, root])),
    wildcardHosts: wildcard.map(({ pattern, root }) => ({ pattern, root, glob: parseGlob(pattern) })),
    hostlessRoot: treeByPattern.get(HOSTLESS)?.root,
    rootsByHost: new Map(),
  };
  // Remembered in one go, the roots of hosts lie together in memory: a tenth of a look-up in a large table. With wildcards this could take long.
  if (wildcard.length === 0) for (const host of table.rootByHost.keys()) rootsOf(table, host);
  return { table, problems };
}

function buildTrees(parts: readonly RuleParts[], previous: RuleTable | undefined) {
  const store = createStore(previous);
  const treeByPattern = new Map<string, { ranks: number[]; root: number; end: number }>();
  parts.forEach(({ hosts }, rank) => {
    for (const host of hosts) {
      const tree = treeByPattern.get(host);
      if (tree === undefined) treeByPattern.set(host, { ranks: [rank], root: 0, end: 0 });
      else tree.ranks.push(rank);
    }
  });
  const rankByPrevious = new Int32Array(previous?.rules.length ?? 0);
  for (const [pattern, tree] of treeByPattern) {
    const { ranks } = tree;
    const before = previous?.treeByPattern.get(pattern);
    const isSame =
      before?.ranks.length === ranks.length && ranks.every((rank, at) => previous?.parts[before.ranks[at] ?? -1] === parts[rank]);
    if (previous !== undefined && before !== undefined && isSame) {
      for (let at = 0; at < ranks.length; at++) rankByPrevious[before.ranks[at] as number] = ranks[at] as number;
      tree.root = copyTree(store, { table: previous, root: before.root, end: before.end, rankByPrevious });
    } else tree.root = buildTree(store, entriesOf(parts, ranks));
    tree.end = store.arena.length;
  }
  return { store, treeByPattern };
}

function entriesOf(parts: readonly RuleParts[], ranks: readonly number[]): PathEntry[] {
  const entries: PathEntry[] = [];
  for (const rank of ranks) {
    const { paths, guards } = parts[rank] as RuleParts;
    for (const { literal, tail } of paths) entries.push({ literal, tail, rank, isGuarded: guards.length > 0 });
  }
  return entries;
}

/** A regular expression has no literal beginning: it guards every host, or every path. */
function splitRule(conditions: readonly RuleCondition[], compileRegex: CompileRegex | undefined): RuleParts {
  let hosts: readonly string[] = [HOSTLESS];
  let paths: readonly string[] = ["*"];
  const guards: CompiledCondition[] = [];
  for (const condition of conditions) {
    const isGuard = regexValues(condition).length > 0;
    if (condition.field === "host-header" && !isGuard) hosts = [...new Set(plainValues(condition).map((value) => value.toLowerCase()))];
    else if (condition.field === "path-pattern" && !isGuard) paths = plainValues(condition);
    else guards.push(compileCondition(condition, compileRegex));
  }
  return { hosts, paths: paths.map(splitPattern), guards };
}

/** AWS takes these once per rule; http-header and query-string as often as one likes (ALB user guide, "Rule condition types"). */
const singleFields: ReadonlySet<RuleCondition["field"]> = new Set(["host-header", "path-pattern", "http-request-method", "source-ip"]);

function ruleProblems(rule: RuleInput, compileRegex: CompileRegex | undefined): Problem[] {
  const problems: Problem[] = [];
  const tell = (message: string, path: string) =>
    problems.push({ code: "E_INVALID", message, severity: "error", object: `Rule ${rule.id}`, path });
  if (rule.conditions.length === 0) tell("a rule needs at least one condition", "conditions");
  const seen: RuleCondition["field"][] = [];
  for (const [index, condition] of rule.conditions.entries()) {
    const { field } = condition;
    const reason = conditionProblem(condition, compileRegex);
    if (reason !== undefined) tell(`${field} condition: ${reason}`, `conditions[${index}]`);
    if (singleFields.has(field) && seen.includes(field)) tell(`a rule takes one ${field} condition only`, `conditions[${index}]`);
    seen.push(field);
  }
  return problems;
}
