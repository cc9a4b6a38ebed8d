// Texts that meet the same patterns are alike: the subset construction over all patterns at once, breadth first, so that the text that
// stands for each atom is a shortest one. Drawing, for /a and /a/*:
//
//   start ─ / ─▶ {a, a/*} ─ a ─▶ {end of /a, /*} ─ / ─▶ {*, end of /a/*} ⟲
//                    └ other ─▶ {} ⟲
//
// Invariant: an item is a place in one pattern; a state is the set of places that one text leads to.
import { ANY_CHARACTERS, type Glob, ONE_CHARACTER } from "@loopway/routing";
import { SEPARATOR, type TextDomain } from "./text-domain.ts";

export interface TextAtom {
  /** Indices of the patterns that cover the text, ascending. */
  accepted: readonly number[];
  text: string;
}

export interface AtomSearch {
  domain: TextDomain;
  /** Atoms that none of these can cover are left out: indices of patterns. Without it, all atoms are found. */
  wanted?: ReadonlySet<number>;
  /** Places looked at before the search gives up. */
  maxSteps: number;
}

/** Stands behind each pattern's last place. */
const END = -3;
/** Places that one character of a string can stand for: half the time of decimal digits. */
const CODE_UNITS = 0x10000;

interface Node {
  state: number;
  items: readonly number[];
  /** Index of the node before it, and the character that led here. */
  parent: number;
  code: number;
}

interface Places {
  codes: readonly number[];
  patternOf: readonly number[];
  /** Marks places of the set being collected. */
  marks: Int32Array;
  mark: number;
}

/** Every atom of the domain, or undefined when the search would take more than `maxSteps`. */
export function findTextAtoms(patterns: readonly Glob[], { domain, wanted, maxSteps }: AtomSearch): TextAtom[] | undefined {
  const { places, starts } = layOut(patterns);
  const isWanted = wanted === undefined ? undefined : places.patternOf.map((pattern) => wanted.has(pattern));
  const nodes: Node[] = [];
  const known = new Set<string>();
  const atoms = new Map<string, TextAtom>();
  const add = (node: Node) => {
    if (isWanted !== undefined && !node.items.some((item) => isWanted[item])) return;
    const key = places.codes.length < CODE_UNITS ? String.fromCharCode(node.state, ...node.items) : `${node.state}:${node.items.join()}`;
    if (known.has(key)) return;
    known.add(key);
    nodes.push(node);
  };
  places.mark++;
  add({ state: 0, items: advanceInto(places, starts, 0, []), parent: -1, code: 0 });
  let steps = 0;
  for (let index = 0; index < nodes.length; index++) {
    const { state, items } = nodes[index] as Node;
    steps += items.length + 1;
    if (domain.states[state]?.isEnd === true) addAtom(atoms, { places, nodes, index });
    for (const edge of edgesOf(places, items, domain.states[state]?.classes ?? [])) {
      steps += edge.items.length;
      add({ ...edge, parent: index });
    }
    if (steps > maxSteps) return undefined;
  }
  return [...atoms.values()];
}

function layOut(patterns: readonly Glob[]): { places: Places; starts: number[] } {
  const codes: number[] = [];
  const patternOf: number[] = [];
  const starts: number[] = [];
  for (const [pattern, glob] of patterns.entries()) {
    starts.push(codes.length);
    for (const code of [...glob, END]) {
      codes.push(code);
      patternOf.push(pattern);
    }
  }
  return { places: { codes, patternOf, marks: new Int32Array(codes.length), mark: 0 }, starts };
}

/** Adds the places `by` after these, and what `*` lets one skip. */
function advanceInto(places: Places, items: readonly number[], by: number, into: number[]): number[] {
  const { codes, marks, mark } = places;
  for (const item of items) {
    const isStar = codes[item] === ANY_CHARACTERS;
    for (let at = isStar ? item : item + by; ; at++) {
      if (marks[at] !== mark) {
        marks[at] = mark;
        into.push(at);
      }
      if (codes[at] !== ANY_CHARACTERS) break;
    }
  }
  return into;
}

function edgesOf(places: Places, items: readonly number[], classes: TextDomain["states"][number]["classes"]) {
  const { codes } = places;
  const wild: number[] = [];
  const literal = new Map<number, number[]>();
  for (const item of items) {
    const code = codes[item] as number;
    if (code === ANY_CHARACTERS || code === ONE_CHARACTER) wild.push(item);
    else if (code !== END) {
      const same = literal.get(code);
      if (same === undefined) literal.set(code, [item]);
      else same.push(item);
    }
  }
  return classes.flatMap(({ codes: members, next, isLiteral }) => {
    const taking = isLiteral === true ? [] : wild;
    const named = [...literal.keys()].filter((code) => members.has(code));
    const other = firstOf(members, (code) => !literal.has(code));
    return [...other, ...named].map((code) => {
      places.mark++;
      const reached = advanceInto(places, literal.get(code) ?? [], 1, advanceInto(places, taking, 1, []));
      return { state: next, items: sortPlaces(reached), code };
    });
  });
}

/** Mostly they are in order already. */
function sortPlaces(places: number[]): number[] {
  for (let at = 1; at < places.length; at++) if ((places[at] as number) < (places[at - 1] as number)) return places.sort((a, b) => a - b);
  return places;
}

/** One character for all that no pattern names here, if there is one. */
function firstOf(codes: ReadonlySet<number>, fits: (code: number) => boolean): number[] {
  for (const code of codes) if (fits(code)) return [code];
  return [];
}

function addAtom(atoms: Map<string, TextAtom>, { places, nodes, index }: { places: Places; nodes: readonly Node[]; index: number }): void {
  const { items } = nodes[index] as Node;
  const accepted = items.filter((item) => places.codes[item] === END).map((item) => places.patternOf[item] as number);
  const key = accepted.join();
  const found = atoms.get(key);
  if (found === undefined || found.text === "") atoms.set(key, { accepted, text: textOf(nodes, index) });
}

function textOf(nodes: readonly Node[], index: number): string {
  const codes: number[] = [];
  for (let at = index; at > 0; at = nodes[at]?.parent ?? 0) codes.push(nodes[at]?.code ?? 0);
  return codes
    .reverse()
    .map((code) => (code === SEPARATOR ? "=" : String.fromCharCode(code)))
    .join("");
}
