// Writes one radix tree into the arena, from sorted patterns: the common beginning of a sorted range is that of its first and last
// member, and those that end there come first. So no node is ever split or moved.
import { type Glob, literalLength, parseGlob } from "./glob.ts";
import { NO_RANK, NODE } from "./rule-table.ts";

/** A path pattern of a rule: the literal beginning, and what follows from the first wildcard on. */
export interface PathEntry {
  literal: string;
  tail: string;
  rank: number;
  isGuarded: boolean;
}

/** Everything that trees are written into; grows until the table is made from it. */
export interface TreeStore {
  arena: number[];
  labels: number[];
  globs: Glob[];
  globIndexByTail: Map<string, number>;
}

interface Range {
  from: number;
  to: number;
}

/** `/a/*` is the literal `/a` with tail `/*`, so that it shares its node with `/a`: together they are a Kubernetes prefix. */
export function splitPattern(pattern: string): { literal: string; tail: string } {
  const wildcard = literalLength(pattern);
  const isBelow = wildcard === pattern.length - 1 && pattern.endsWith("/*");
  const length = isBelow ? wildcard - 1 : wildcard;
  return { literal: pattern.slice(0, length), tail: pattern.slice(length) };
}

/** Sorts the entries and returns the offset of the root. */
export function buildTree(store: TreeStore, entries: PathEntry[]): number {
  entries.sort((a, b) => (a.literal < b.literal ? -1 : a.literal > b.literal ? 1 : a.rank - b.rank));
  return writeNode({ store, entries }, { from: 0, to: entries.length }, 0);
}

interface Build {
  store: TreeStore;
  entries: readonly PathEntry[];
}

/** @param depth how many characters the nodes above have read */
function writeNode(build: Build, { from, to }: Range, depth: number): number {
  const { arena, labels } = build.store;
  const first = literalAt(build, from);
  const end = commonLength(first, literalAt(build, to - 1));
  const node = arena.length;
  arena.push(NO_RANK, labels.length, labels.length + end - depth, NO_RANK, NO_RANK, NO_RANK, 0, 0);
  for (let at = depth; at < end; at++) labels.push(first.charCodeAt(at));

  let childrenFrom = from;
  while (childrenFrom < to && literalAt(build, childrenFrom).length === end) childrenFrom++;
  const children = childRanges(build, { from: childrenFrom, to }, end);
  arena[node + NODE.childCount] = children.length;
  for (const child of children) arena.push(literalAt(build, child.from).charCodeAt(end), 0);
  let minimum = writeEnds(build, { from, to: childrenFrom }, node);
  for (const [index, child] of children.entries()) {
    const offset = writeNode(build, child, end);
    arena[node + NODE.children + 2 * index + 1] = offset;
    minimum = Math.min(minimum, arena[offset + NODE.minimum] ?? NO_RANK);
  }
  arena[node + NODE.minimum] = minimum;
  return node;
}

/** Writes what ends at this node and returns its smallest rank. */
function writeEnds({ store, entries }: Build, { from, to }: Range, node: number): number {
  const { arena } = store;
  const tails: number[] = [];
  for (let at = from; at < to; at++) {
    const entry = entries[at] as PathEntry;
    const slot = entry.isGuarded ? undefined : slotOf(entry.tail);
    if (slot === undefined) tails.push(entry.rank, globIndex(store, entry.tail));
    else arena[node + slot] = Math.min(arena[node + slot] ?? NO_RANK, entry.rank);
  }
  if (tails.length > 0) {
    arena[node + NODE.tails] = arena.length;
    arena.push(tails.length / 2, ...tails);
  }
  return entries[from] === undefined || from === to ? NO_RANK : entries[from].rank;
}

function slotOf(tail: string): number | undefined {
  if (tail === "") return NODE.exact;
  if (tail === "/*") return NODE.below;
  return tail === "*" ? NODE.rest : undefined;
}

function globIndex({ globs, globIndexByTail }: TreeStore, tail: string): number {
  const known = globIndexByTail.get(tail);
  if (known !== undefined) return known;
  globIndexByTail.set(tail, globs.length);
  return globs.push(parseGlob(tail)) - 1;
}

/** Splits a range by the character at `depth`. */
function childRanges(build: Build, { from, to }: Range, depth: number): Range[] {
  const ranges: Range[] = [];
  for (let start = from; start < to; ) {
    const code = literalAt(build, start).charCodeAt(depth);
    let end = start + 1;
    while (end < to && literalAt(build, end).charCodeAt(depth) === code) end++;
    ranges.push({ from: start, to: end });
    start = end;
  }
  return ranges;
}

function literalAt({ entries }: Build, at: number): string {
  return (entries[at] as PathEntry).literal;
}

function commonLength(a: string, b: string): number {
  const limit = Math.min(a.length, b.length);
  let length = 0;
  while (length < limit && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length;
}
