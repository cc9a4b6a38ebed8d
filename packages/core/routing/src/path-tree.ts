/**
 * Radix trees over the literal beginnings of path patterns, all in one Int32Array, and the walk through them. A node, by offset:
 *
 *     +0 minimum      smallest rank in this node and below it: what prunes the walk
 *     +1 labelStart   its label is labels[labelStart .. labelEnd)
 *     +2 labelEnd
 *     +3 exact        rank of the pattern that is the node's literal itself
 *     +4 below        rank of literal + "/*"
 *     +5 tails        offset of the tails, 0 when there are none
 *     +6 childCount   followed by childCount × (character that leads to the child, offset of the child)
 *
 * Its literal is all labels from the root down to its own, with the characters that led from node to node between them. Tails say what the
 * two ranks cannot, because a pattern goes on with a wildcard in another way or a rule has guards: their count, then (rank, index of
 * the glob that must cover the rest of the path) in order of rank. A node's tails lie behind its children's offsets, then come the children
 * themselves, depth first: a tree is one stretch of the array.
 */
import { Cells } from "./cells.ts";
import { guardsHold } from "./condition.ts";
import { formatGlob, type Glob, globMatches, literalLength, parseGlob } from "./glob.ts";
import type { RequestView } from "./rule-input.ts";
import type { Roots, RuleTable } from "./rule-table.ts";

// Constants of this file, not a table that other files share: V8 folds these into the code, a property or an import costs a fifth of the walk.
const MINIMUM = 0;
const LABEL_START = 1;
const LABEL_END = 2;
const EXACT = 3;
const BELOW = 4;
const TAILS = 5;
const CHILD_COUNT = 6;
const CHILDREN = 7;
/** Larger than any rank. */
const NO_RANK = 0x3fffffff;
const SLASH = 47;

/** A path pattern of a rule: the literal beginning, and what follows from the first wildcard on. */
export interface PathEntry {
  literal: string;
  tail: string;
  rank: number;
  isGuarded: boolean;
}

/** What trees are written into; a table is made from it. */
export interface TreeStore {
  arena: Cells<Int32Array>;
  labels: Cells<Uint16Array>;
  globs: Glob[];
  globIndexByTail: Map<string, number>;
}

/** @param previous a table of about the size that is to come */
export function createStore(previous: RuleTable | undefined): TreeStore {
  return {
    arena: new Cells(new Int32Array(previous?.arena.length ?? 256)),
    labels: new Cells(new Uint16Array(previous?.labels.length ?? 256)),
    globs: [],
    globIndexByTail: new Map(),
  };
}

/** The smallest rank that matches in any of the trees, or -1. Allocates nothing unless a guard does. */
export function matchTrees(table: RuleTable, roots: Roots, request: RequestView): number {
  let best = NO_RANK;
  if (typeof roots === "number") best = matchTree(table, roots, request, best);
  else for (let index = 0; index < roots.length; index++) best = matchTree(table, roots[index] as number, request, best);
  return best === NO_RANK ? -1 : best;
}

/** The smallest rank in this tree that matches, if it is smaller than `best`; else `best`. An object of parameters would be an allocation. */
function matchTree(table: RuleTable, root: number, request: RequestView, best: number): number {
  const { arena, labels } = table;
  const { path } = request;
  let node = root;
  let at = 0;
  while ((arena[node + MINIMUM] as number) < best) {
    let label = arena[node + LABEL_START] as number;
    const labelEnd = arena[node + LABEL_END] as number;
    if (at + labelEnd - label > path.length) break;
    for (; label < labelEnd; label++, at++) if (labels[label] !== path.charCodeAt(at)) return best;

    const tails = arena[node + TAILS] as number;
    if (tails !== 0) best = matchTails(table, tails, request, at, best);
    if (at === path.length) {
      const exact = arena[node + EXACT] as number;
      if (exact < best) best = exact;
      break;
    }
    const code = path.charCodeAt(at);
    const below = arena[node + BELOW] as number;
    if (code === SLASH && below < best) best = below;
    let child = node + CHILDREN;
    const childrenEnd = child + 2 * (arena[node + CHILD_COUNT] as number);
    while (child < childrenEnd && arena[child] !== code) child += 2;
    if (child === childrenEnd) break;
    node = arena[child + 1] as number;
    at++;
  }
  return best;
}

/** The rank of the first tail that matches, if it is smaller than `best`; else `best`. */
function matchTails(table: RuleTable, tails: number, request: RequestView, at: number, best: number): number {
  const { arena, globs, guards } = table;
  const end = tails + 1 + 2 * (arena[tails] as number);
  for (let tail = tails + 1; tail < end; tail += 2) {
    const rank = arena[tail] as number;
    if (rank >= best) break;
    if (globMatches(globs[arena[tail + 1] as number] as Glob, request.path, at) && guardsHold(guards[rank], request)) return rank;
  }
  return best;
}

export function minimumRank({ arena }: RuleTable, root: number): number {
  return arena[root + MINIMUM] as number;
}

/** `/a/*` is the literal `/a` with tail `/*`, so that it shares its node with `/a`: together they are a Kubernetes prefix. */
export function splitPattern(pattern: string): { literal: string; tail: string } {
  const wildcard = literalLength(pattern);
  const isBelow = wildcard === pattern.length - 1 && pattern.endsWith("/*");
  const length = isBelow ? wildcard - 1 : wildcard;
  return { literal: pattern.slice(0, length), tail: pattern.slice(length) };
}

/** Sorts the entries, at least one, and returns the offset of the root. */
export function buildTree(store: TreeStore, entries: PathEntry[]): number {
  entries.sort((a, b) => (a.literal < b.literal ? -1 : a.literal > b.literal ? 1 : a.rank - b.rank));
  return writeNode(store, { entries, from: 0, to: entries.length }, 0);
}

/** Those from `from` on, before `to`. */
interface Stretch {
  entries: readonly PathEntry[];
  from: number;
  to: number;
}

/**
 * The common beginning of sorted strings is that of the first and the last, those that end there come first, and those of a child stand
 * together: so no node is ever split or moved.
 *
 * @param depth how many characters have been read on the way here
 */
function writeNode(store: TreeStore, { entries, from, to }: Stretch, depth: number): number {
  const { arena, labels } = store;
  const first = entries[from]?.literal ?? "";
  const end = commonEnd(first, entries[to - 1]?.literal ?? "", depth);
  const node = arena.append([NO_RANK, labels.length, labels.length + end - depth, NO_RANK, NO_RANK, 0, 0]);
  for (let at = depth; at < end; at++) labels.push(first.charCodeAt(at));

  const codeAt = (index: number) => entries[index]?.literal.charCodeAt(end) ?? 0;
  let childrenFrom = from;
  while (childrenFrom < to && entries[childrenFrom]?.literal.length === end) childrenFrom++;
  for (let index = childrenFrom; index < to; index++)
    if (index === childrenFrom || codeAt(index) !== codeAt(index - 1)) arena.append([codeAt(index), 0]);
  const childCount = (arena.length - node - CHILDREN) / 2;
  arena.values[node + CHILD_COUNT] = childCount;
  let minimum = writeEnds(store, { entries, from, to: childrenFrom }, node);
  let childFrom = childrenFrom;
  for (let index = 0; index < childCount; index++) {
    let childTo = childFrom + 1;
    while (childTo < to && codeAt(childTo) === codeAt(childFrom)) childTo++;
    const child = writeNode(store, { entries, from: childFrom, to: childTo }, end + 1);
    arena.values[node + CHILDREN + 2 * index + 1] = child;
    minimum = Math.min(minimum, arena.values[child + MINIMUM] ?? NO_RANK);
    childFrom = childTo;
  }
  arena.values[node + MINIMUM] = minimum;
  return node;
}

/** A tree of another table (its nodes lie one behind the other from `root` to `end`), and the new rank of each rule by its old one. */
export interface TreeSource {
  table: RuleTable;
  root: number;
  end: number;
  /** New ranks keep the order of the old. */
  rankByPrevious: Int32Array;
}

/** Copies a tree as buildTree would write it, and returns the offset of its root: in one piece, then whatever points elsewhere is mended. */
export function copyTree(store: TreeStore, { table, root, end, rankByPrevious }: TreeSource): number {
  const labelStart = table.arena[root + LABEL_START] as number;
  let labelEnd = labelStart;
  const labelShift = store.labels.length - labelStart;
  const start = store.arena.append(table.arena.subarray(root, end));
  const shift = start - root;
  const cells = store.arena.values;
  const mendRank = (at: number) => {
    if (cells[at] !== NO_RANK) cells[at] = rankByPrevious[cells[at] as number] as number;
  };
  for (let at = start; at < end + shift; ) {
    mendRank(at + MINIMUM);
    mendRank(at + EXACT);
    mendRank(at + BELOW);
    labelEnd = cells[at + LABEL_END] as number;
    cells[at + LABEL_START] = (cells[at + LABEL_START] as number) + labelShift;
    cells[at + LABEL_END] = labelEnd + labelShift;
    const hasTails = cells[at + TAILS] !== 0;
    if (hasTails) cells[at + TAILS] = (cells[at + TAILS] as number) + shift;
    const childrenEnd = at + CHILDREN + 2 * (cells[at + CHILD_COUNT] as number);
    for (at += CHILDREN; at < childrenEnd; at += 2) cells[at + 1] = (cells[at + 1] as number) + shift;
    if (!hasTails) continue;
    const tailsEnd = at + 1 + 2 * (cells[at] as number);
    for (at++; at < tailsEnd; at += 2) {
      mendRank(at);
      cells[at + 1] = globIndex(store, formatGlob(table.globs[cells[at + 1] as number] as Glob));
    }
  }
  store.labels.append(table.labels.subarray(labelStart, labelEnd));
  return start;
}

/** Writes what ends at this node and returns its smallest rank. */
function writeEnds(store: TreeStore, { entries, from, to }: Stretch, node: number): number {
  const { arena } = store;
  const tails: PathEntry[] = [];
  for (let index = from; index < to; index++) {
    const entry = entries[index] as PathEntry;
    const slot = node + (entry.tail === "" ? EXACT : BELOW);
    if (entry.isGuarded || (entry.tail !== "" && entry.tail !== "/*")) tails.push(entry);
    else arena.values[slot] = Math.min(arena.values[slot] ?? NO_RANK, entry.rank);
  }
  if (tails.length > 0) {
    arena.values[node + TAILS] = arena.length;
    arena.push(tails.length);
    for (const { rank, tail } of tails) arena.append([rank, globIndex(store, tail)]);
  }
  return from < to ? (entries[from] as PathEntry).rank : NO_RANK;
}

function globIndex({ globs, globIndexByTail }: TreeStore, tail: string): number {
  const known = globIndexByTail.get(tail);
  if (known !== undefined) return known;
  globIndexByTail.set(tail, globs.length);
  return globs.push(parseGlob(tail)) - 1;
}

/** Where two strings that are the same before `from` stop to be so. */
function commonEnd(a: string, b: string, from: number): number {
  let end = from;
  while (end < a.length && end < b.length && a.charCodeAt(end) === b.charCodeAt(end)) end++;
  return end;
}

/** A node as people would have it. */
export interface TreeNode {
  label: string;
  /** What patterns that end here go on with, and whose they are. */
  ends: { tail: string; rank: number }[];
  /** The character that leads to a child, and its offset. */
  children: { character: string; node: number }[];
}

export function readNode({ arena, labels, globs }: RuleTable, node: number): TreeNode {
  const cell = (at: number) => arena[at] as number;
  const pairs = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => [cell(from + 2 * index), cell(from + 2 * index + 1)] as const);
  const tails = cell(node + TAILS);
  const tailPairs = tails === 0 ? [] : pairs(tails + 1, cell(tails));
  return {
    label: String.fromCharCode(...labels.subarray(cell(node + LABEL_START), cell(node + LABEL_END))),
    ends: [
      { tail: "", rank: cell(node + EXACT) },
      { tail: "/*", rank: cell(node + BELOW) },
      ...tailPairs.map(([rank, glob]) => ({ tail: formatGlob(globs[glob] as Glob), rank })),
    ].filter(({ rank }) => rank !== NO_RANK),
    children: pairs(node + CHILDREN, cell(node + CHILD_COUNT)).map(([code, child]) => ({
      character: String.fromCharCode(code),
      node: child,
    })),
  };
}
