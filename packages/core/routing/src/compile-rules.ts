import type { Problem, RuleCondition } from "@loopway/model";
import { type CompiledCondition, compileCondition, conditionProblem, plainValues } from "./condition.ts";
import { literalLength, parseGlob } from "./glob.ts";
import { buildTree, type PathEntry, splitPattern, type TreeStore } from "./path-tree.ts";
import { rootsOf } from "./roots-of.ts";
import type { RuleInput } from "./rule-input.ts";
import type { RuleTable } from "./rule-table.ts";

/** Rules without host condition stand under this; no condition value is empty. */
const HOSTLESS = "";

/** What one rule asks for, sorted by who answers it: the choice of trees, the tree, or a look at the rest of the request. */
interface RuleParts {
  hosts: readonly string[];
  paths: readonly string[];
  guards: CompiledCondition[];
}

/**
 * The rule table of one listener. A rule with a problem is left out and the rest works. The default action is not part of the table:
 * matchRule's -1 stands for it.
 */
export function compileRules<R extends RuleInput>(input: readonly R[]): { table: RuleTable<R>; problems: Problem[] } {
  const problems: Problem[] = [];
  const rules: R[] = [];
  for (const rule of input) {
    const found = ruleProblems(rule);
    problems.push(...found);
    if (found.length === 0) rules.push(rule);
  }
  // The sort is stable: of equal priorities the first given stays first.
  rules.sort((a, b) => a.priority - b.priority);
  const parts = rules.map(splitRule);
  const store: TreeStore = { arena: [], labels: [], globs: [], globIndexByTail: new Map() };
  const roots = [...entriesByHost(parts)].map(([pattern, entries]) => ({ pattern, root: buildTree(store, entries) }));

  const named = roots.filter(({ pattern }) => pattern !== HOSTLESS && literalLength(pattern) === pattern.length);
  const wildcard = roots.filter(({ pattern }) => literalLength(pattern) < pattern.length);
  const table: RuleTable<R> = {
    rules,
    guards: parts.map(({ guards }) => (guards.length === 0 ? undefined : guards)),
    arena: Int32Array.from(store.arena),
    labels: Uint16Array.from(store.labels),
    globs: store.globs,
    rootByHost: new Map(named.map(({ pattern, root }) => [pattern, root])),
    wildcardHosts: wildcard.map(({ pattern, root }) => ({ pattern, root, glob: parseGlob(pattern) })),
    hostlessRoot: roots.find(({ pattern }) => pattern === HOSTLESS)?.root,
    rootsByHost: new Map(),
  };
  // Remembered in one go, the roots of hosts lie together in memory: a tenth of a look-up in a large table. With wildcards this could take long.
  if (wildcard.length === 0) for (const host of table.rootByHost.keys()) rootsOf(table, host);
  return { table, problems };
}

function entriesByHost(parts: readonly RuleParts[]): Map<string, PathEntry[]> {
  const entries = parts.flatMap(({ hosts, paths, guards }, rank) =>
    hosts.flatMap((host) => paths.map((path) => ({ host, ...splitPattern(path), rank, isGuarded: guards.length > 0 }))),
  );
  return Map.groupBy(entries, ({ host }) => host);
}

function splitRule({ conditions }: RuleInput): RuleParts {
  const parts: RuleParts = { hosts: [HOSTLESS], paths: ["*"], guards: [] };
  for (const condition of conditions) {
    if (condition.field === "host-header") parts.hosts = [...new Set(plainValues(condition).map((value) => value.toLowerCase()))];
    else if (condition.field === "path-pattern") parts.paths = plainValues(condition);
    else parts.guards.push(compileCondition(condition));
  }
  return parts;
}

/** AWS takes these once per rule; http-header and query-string as often as one likes (ALB user guide, "Rule condition types"). */
const singleFields: ReadonlySet<RuleCondition["field"]> = new Set(["host-header", "path-pattern", "http-request-method", "source-ip"]);

function ruleProblems(rule: RuleInput): Problem[] {
  const problem = (message: string, path: string): Problem => ({
    code: "E_INVALID",
    message,
    severity: "error",
    object: `Rule ${rule.id}`,
    path,
  });
  if (rule.conditions.length === 0) return [problem("a rule needs at least one condition", "conditions")];
  const problems: Problem[] = [];
  for (const [index, condition] of rule.conditions.entries()) {
    const { field } = condition;
    const path = `conditions[${index}]`;
    const reason = conditionProblem(condition);
    if (reason !== undefined) problems.push(problem(`${field} condition: ${reason}`, path));
    if (singleFields.has(field) && rule.conditions.findIndex((other) => other.field === field) < index)
      problems.push(problem(`a rule takes one ${field} condition only`, path));
  }
  return problems;
}
