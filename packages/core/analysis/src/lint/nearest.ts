/** Insertions, deletions, substitutions and swaps of neighbours that lead from one text to the other (optimal string alignment). */
export function editDistance(from: string, to: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const isSame = from[row - 1] === to[column - 1];
      const isSwap = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current[column] = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (isSame ? 0 : 1),
        isSwap ? (beforePrevious[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[to.length] ?? 0;
}

export interface Nearest {
  name: string;
  distance: number;
  /** No other is as near. */
  isOnly: boolean;
}

/** The nearest name, if it is near enough to have been meant: within a third of the text, and never more than three edits. */
export function nearestName(text: string, names: Iterable<string>): Nearest | undefined {
  const limit = Math.min(3, Math.ceil(text.length / 3));
  let best: Nearest | undefined;
  for (const name of names) {
    if (Math.abs(name.length - text.length) > limit) continue;
    const distance = editDistance(text, name);
    if (distance > limit || distance > (best?.distance ?? limit)) continue;
    best = { name, distance, isOnly: distance !== best?.distance };
  }
  return best;
}
