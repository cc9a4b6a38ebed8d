// Two ordered lists of rules that all cover one host and one path: which rule takes a request depends on guards alone. The search decides
// one guard at a time, true and false, and only those it needs; what no request can be is cut at once, so that every end it reaches is real.
import { type Choice, decide } from "./request-choice.ts";
import type { RequestSpace } from "./request-space.ts";

interface GuardedRule {
  rule: number;
  /** Equal keys: alike in conditions and answer. */
  key: number;
  /** Equal answers cannot be told apart. */
  answer: string;
  /** Ids; all must hold. The last rule of a list has none. */
  guards: readonly number[];
}

export interface GuardSearch {
  space: RequestSpace;
  before: readonly GuardedRule[];
  after: readonly GuardedRule[];
  /** Guards decided before the search gives up. */
  maxDecisions: number;
  /** One rule takes such requests before, another one after. `isCertain` unless a guard was decided that can only be tried. */
  found(end: { before: number; after: number; choice: Choice; isCertain: boolean }): void;
}

interface Path {
  choice: Choice;
  isCertain: boolean;
  /** Rules before these are passed over. */
  before: number;
  after: number;
}

/** Whether every combination was looked at. */
export function searchGuards(search: GuardSearch, start: Choice): boolean {
  const { before, after, space } = search;
  const decided = new Map<number, boolean>();
  let left = search.maxDecisions;

  const visit = (path: Path): boolean => {
    if (isSameRest(before, path.before, after, path.after)) return true;
    const old = nextOf(before, path.before, decided);
    const young = old.guard === undefined ? nextOf(after, path.after, decided) : { at: path.after, guard: undefined };
    const guard = old.guard ?? young.guard;
    const here = { ...path, before: old.at, after: young.at };
    if (guard === undefined) return end(here);
    if (left-- <= 0) return false;
    return branch(here, guard, true) && branch(here, guard, false);
  };

  const branch = (path: Path, guard: number, holds: boolean): boolean => {
    const place = space.places.get(guard);
    const choice = place === undefined ? path.choice : decide(space, path.choice, { ...place, holds });
    if (choice === undefined) return true;
    decided.set(guard, holds);
    const isWhole = visit({ ...path, choice, isCertain: path.isCertain && place !== undefined });
    decided.delete(guard);
    return isWhole;
  };

  const end = ({ choice, isCertain, ...at }: Path): boolean => {
    const old = before[at.before] as GuardedRule;
    const young = after[at.after] as GuardedRule;
    if (old.answer !== young.answer) search.found({ before: old.rule, after: young.rule, choice, isCertain });
    return true;
  };

  return visit({ choice: start, isCertain: true, before: 0, after: 0 });
}

/** The first rule from there on that does not fail, and its first guard that is not decided. */
function nextOf(
  rules: readonly GuardedRule[],
  from: number,
  decided: ReadonlyMap<number, boolean>,
): { at: number; guard: number | undefined } {
  for (let at = from; ; at++) {
    const { guards } = rules[at] as GuardedRule;
    if (guards.some((guard) => decided.get(guard) === false)) continue;
    return { at, guard: guards.find((guard) => !decided.has(guard)) };
  }
}

function isSameRest(before: readonly GuardedRule[], from: number, after: readonly GuardedRule[], start: number): boolean {
  const length = before.length - from;
  if (length !== after.length - start) return false;
  for (let at = length - 1; at >= 0; at--) if (before[from + at]?.key !== after[start + at]?.key) return false;
  return true;
}
