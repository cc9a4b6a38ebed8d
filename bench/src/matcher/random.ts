/** mulberry32: uniform in [0, 1), the same sequence for the same seed. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Picks from a list, and counts below a limit. */
export interface Dice {
  below(limit: number): number;
  oneOf<T>(list: readonly T[]): T;
  chance(probability: number): boolean;
}

export function seededDice(seed: number): Dice {
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  return {
    below,
    oneOf: <T>(list: readonly T[]) => list[below(list.length)] as T,
    chance: (probability) => random() < probability,
  };
}
