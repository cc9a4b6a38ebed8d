import type { Results } from "./rounds.ts";

/** NaN for an empty list. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** What a figure is about: a metric of one contender, or of one over another. */
export interface Figure {
  load: string;
  metric: string;
  of: string;
  over?: string;
}

/** Median over the rounds: of the values, or of the ratios within each round. */
export function figureOf(results: Results, { load, metric, of, over }: Figure): number {
  const values = (contender: string) => (results.get(load)?.get(contender) ?? []).map((sample) => sample[metric] ?? Number.NaN);
  if (over === undefined) return median(values(of));
  const divisors = values(over);
  return median(values(of).map((value, round) => value / (divisors[round] ?? Number.NaN)));
}
