import { formatGlob, type Glob } from "./glob.ts";
import { NO_RANK, NODE, type RuleTable } from "./rule-table.ts";

/**
 * Draws the trees of a table, one per host pattern. What ends at a node stands behind its label, `$` being the end of the path:
 *
 *     api.example.com
 *     └─ /v1/
 *        ├─ orders  $ → orders, /* → orders
 *        └─ users   * → users if http-header
 */
export function formatTree(table: RuleTable): string {
  const trees: [string, number][] = [...table.rootByHost];
  for (const { pattern, root } of table.wildcardHosts) trees.push([pattern, root]);
  for (const root of table.hostlessRoots) trees.push(["(any host)", root]);
  return trees.map(([host, root]) => [host, ...drawChildren(table, [root], "")].join("\n")).join("\n");
}

function drawChildren(table: RuleTable, nodes: readonly number[], indent: string): string[] {
  return nodes.flatMap((node, index) => {
    const isLast = index === nodes.length - 1;
    const line = [labelOf(table, node), endsOf(table, node)].filter((part) => part !== "").join("  ");
    return [
      `${indent}${isLast ? "└─" : "├─"} ${line}`,
      ...drawChildren(table, childrenOf(table, node), `${indent}${isLast ? "   " : "│  "}`),
    ];
  });
}

function labelOf({ arena, labels }: RuleTable, node: number): string {
  return String.fromCharCode(...labels.subarray(arena[node + NODE.labelStart], arena[node + NODE.labelEnd]));
}

function childrenOf({ arena }: RuleTable, node: number): number[] {
  const count = arena[node + NODE.childCount] as number;
  return Array.from({ length: count }, (_, index) => arena[node + NODE.children + 2 * index + 1] as number);
}

function endsOf({ arena, globs, rules, guards }: RuleTable, node: number): string {
  const ends: string[] = [];
  const draw = (tail: string, rank: number) => {
    const fields = guards[rank]?.map(({ field }) => field).join(" and ");
    ends.push(`${tail} → ${rules[rank]?.id}${fields === undefined ? "" : ` if ${fields}`}`);
  };
  for (const [tail, slot] of [
    ["$", NODE.exact],
    ["/*", NODE.below],
    ["*", NODE.rest],
  ] as const) {
    const rank = arena[node + slot] as number;
    if (rank !== NO_RANK) draw(tail, rank);
  }
  const tails = arena[node + NODE.tails] as number;
  const count = tails === 0 ? 0 : (arena[tails] as number);
  for (let index = 0; index < count; index++) {
    const glob = globs[arena[tails + 2 + 2 * index] as number] as Glob;
    draw(glob.length === 0 ? "$" : formatGlob(glob), arena[tails + 1 + 2 * index] as number);
  }
  return ends.join(", ");
}
