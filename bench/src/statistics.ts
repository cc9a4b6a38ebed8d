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
  /** Over the rounds; the median unless said otherwise. */
  statistic?: "median" | "largest";
}

/** Over the rounds that measured it: of the values, or of the ratios within each round. NaN when none did. */
export function figureOf(results: Results, { load, metric, of, over, statistic = "median" }: Figure): number {
  const values = (contender: string) => (results.get(load)?.get(contender) ?? []).map((sample) => sample[metric] ?? Number.NaN);
  const divisors = over === undefined ? undefined : values(over);
  const figures = values(of).map((value, round) => (divisors === undefined ? value : value / (divisors[round] ?? Number.NaN)));
  const measured = figures.filter((figure) => !Number.isNaN(figure));
  if (statistic === "largest") return measured.length === 0 ? Number.NaN : Math.max(...measured);
  return median(measured);
}
