import type { Budget } from "./bench-case.ts";
import type { Results } from "./rounds.ts";
import { figureOf } from "./statistics.ts";

export interface Verdict {
  budget: Budget;
  measured: number;
  isKept: boolean;
}

/** A figure that was not measured keeps no budget. */
export function judgeBudgets(budgets: readonly Budget[], results: Results): Verdict[] {
  return budgets.map((budget) => {
    const measured = figureOf(results, budget);
    const isKept = measured >= (budget.atLeast ?? -Infinity) && measured <= (budget.atMost ?? Infinity);
    return { budget, measured, isKept };
  });
}
