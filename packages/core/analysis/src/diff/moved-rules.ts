/**
 * Indices of the rules that are not part of a longest common sequence of both lists. A request that meets none of them is answered as
 * before: what is left of both lists is the same.
 *
 * @param before keys of rules that are alike if they have the same conditions and the same answer
 */
export function findMovedRules(before: readonly number[], after: readonly number[]): { before: Set<number>; after: Set<number> } {
  const places = new Map<number, number[]>();
  for (const [index, key] of after.entries()) places.set(key, [...(places.get(key) ?? []), index]);
  // The n-th rule of a key before is the n-th of that key after.
  const pairs = before.flatMap((key, index) => {
    const partner = places.get(key)?.shift();
    return partner === undefined ? [] : [{ index, partner }];
  });
  const kept = longestRise(pairs.map(({ partner }) => partner)).map((at) => pairs[at] as { index: number; partner: number });
  const keptBefore = new Set(kept.map(({ index }) => index));
  const keptAfter = new Set(kept.map(({ partner }) => partner));
  const others = (list: readonly number[], those: ReadonlySet<number>) => new Set([...list.keys()].filter((index) => !those.has(index)));
  return { before: others(before, keptBefore), after: others(after, keptAfter) };
}

/** Indices of a longest rising subsequence (patience sorting). */
function longestRise(values: readonly number[]): number[] {
  const tops: number[] = [];
  const previous: number[] = [];
  for (const [index, value] of values.entries()) {
    let low = 0;
    let high = tops.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((values[tops[middle] as number] as number) < value) low = middle + 1;
      else high = middle;
    }
    previous.push(low === 0 ? -1 : (tops[low - 1] as number));
    tops[low] = index;
  }
  const rise: number[] = [];
  for (let at = tops.at(-1) ?? -1; at >= 0; at = previous[at] as number) rise.push(at);
  return rise.reverse();
}
