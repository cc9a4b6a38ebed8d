import type { Figure } from "./statistics.ts";

/** One figure per metric, of one contender under one load in one round; a metric may be left out in some rounds. */
export type Sample = Readonly<Record<string, number>>;

interface Metric {
  /** Key in samples. */
  name: string;
  /** Head of the column, with the unit. */
  title: string;
  digits: number;
}

/** One load, and who is measured under it. */
interface Load {
  name: string;
  contenders: readonly string[];
}

/** What is measured once: one contender under one load in one round. */
export interface Job {
  load: string;
  contender: string;
  round: number;
  /** Shorter, for a look while working. */
  isQuick: boolean;
}

/**
 * A promise about a figure. With `over` it is about the median of the per-round ratios of two contenders, which the noise of a shared
 * machine hardly moves; without, about the median itself, or about the largest of all rounds.
 */
export interface Budget extends Figure {
  atMost?: number;
  atLeast?: number;
  /** Why this number and not another. A changed number needs a changed reason. */
  reason: string;
}

/** A case is data and one way to measure; rounds, medians, ratios, tables and verdicts are the same for all. */
export interface BenchCase {
  summary: string;
  loads: readonly Load[];
  /** The first one gets the column of ratios. */
  metrics: readonly [Metric, ...Metric[]];
  /** Whose figures the ratios are over. */
  reference: string;
  rounds: { full: number; quick: number };
  budgets: readonly Budget[];
  /** Before the first round. */
  prepare?(): Promise<void>;
  measure(job: Job): Promise<Sample>;
  /** After the last round, also when one failed. */
  dispose?(): Promise<void>;
}
