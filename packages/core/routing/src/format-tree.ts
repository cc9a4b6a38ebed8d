import { readNode } from "./path-tree.ts";
import type { RuleTable } from "./rule-table.ts";

/**
 * Draws the trees of a table, one per host pattern. What ends at a node stands behind it, `$` being the end of the path:
 *
 *     api.example.com
 *     └─ /v1/
 *        ├─ orders  $ → orders, /* → orders
 *        └─ users  * → users if http-header
 */
export function formatTree(table: RuleTable): string {
  const trees: [string, number][] = [...table.rootByHost];
  for (const { pattern, root } of table.wildcardHosts) trees.push([pattern, root]);
  if (table.hostlessRoot !== undefined) trees.push(["(any host)", table.hostlessRoot]);
  return trees.flatMap(([host, node]) => [host, ...drawNodes(table, [{ character: "", node }], "")]).join("\n");
}

function drawNodes(table: RuleTable, siblings: readonly { character: string; node: number }[], indent: string): string[] {
  return siblings.flatMap(({ character, node }, index) => {
    const isLast = index === siblings.length - 1;
    const { label, ends, children } = readNode(table, node);
    const drawnEnds = ends.map(({ tail, rank }) => `${tail === "" ? "$" : tail} → ${drawRule(table, rank)}`).join(", ");
    const line = [`${character}${label}`, drawnEnds].filter((part) => part !== "").join("  ");
    return [`${indent}${isLast ? "└─" : "├─"} ${line}`, ...drawNodes(table, children, `${indent}${isLast ? "   " : "│  "}`)];
  });
}

function drawRule({ rules, guards }: RuleTable, rank: number): string {
  const fields = guards[rank]?.map(({ field }) => field).join(" and ");
  return `${rules[rank]?.id}${fields === undefined ? "" : ` if ${fields}`}`;
}
