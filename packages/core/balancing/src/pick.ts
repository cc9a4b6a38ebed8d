/** Each function chooses an index into the caller's list of candidates; the caller owns the list, the cursor and the random source. */

/**
 * Round robin: the index for this turn. The caller keeps `index + 1` as its next cursor, beside the table, so that a swap or another number
 * of candidates neither restarts the turn nor skips more than one round. `count` must be positive, `cursor` a non-negative integer.
 */
export function pickRoundRobin(cursor: number, count: number): number {
  return cursor % count;
}

/** Uniform among `count` (positive) candidates; `random` in [0, 1). */
export function pickUniform(count: number, random: number): number {
  return Math.floor(random * count);
}

/**
 * In proportion to the weights (not negative); a weight of 0 is never picked. Undefined when the weights sum to 0: ALB then has no target
 * group to forward to. Elastic Load Balancing API, TargetGroupTuple: weights are 0 to 999.
 */
export function pickWeighted(weights: readonly number[], random: number): number | undefined {
  let total = 0;
  for (const weight of weights) total += weight;
  if (total === 0) return undefined;
  let rest = random * total;
  let last: number | undefined;
  for (const [index, weight] of weights.entries()) {
    if (weight === 0) continue;
    if (rest < weight) return index;
    rest -= weight;
    last = index;
  }
  // Rounding of the subtractions can leave a rest of exactly 0 behind the last weight.
  return last;
}
