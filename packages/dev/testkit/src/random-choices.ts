/** Of each objection, where the choices are in truth uniform and independent: less than one false alarm in 1,000 runs over them all. */
const LEVEL = 1e-4;

export type Objection = "uneven" | "too even" | "dependent";

/**
 * What speaks against choices among `count` (odd) being uniform and independent:
 *
 *   uneven     some come more often than others (Pearson's chi-square against uniform)
 *   too even   more alike than chance would have it, as turns are (the same statistic, too small)
 *   dependent  a choice tells of the next (chi-square of independence, over the pairs that do not overlap)
 *
 * Chi-square holds from some 10 × count² choices on.
 */
export function objectionsTo(choices: readonly number[], count: number): Objection[] {
  const tail = uniformTail(tally(choices, count));
  const firsts = choices.filter((_, index) => index % 2 === 0);
  const followers = (first: number) => choices.filter((_, index) => index % 2 === 1 && choices[index - 1] === first);
  const pairs = tally(firsts, count).map((_, first) => tally(followers(first), count));
  return [
    ...(tail < LEVEL ? (["uneven"] as const) : []),
    ...(tail > 1 - LEVEL ? (["too even"] as const) : []),
    ...(contingencyTail(pairs) < LEVEL ? (["dependent"] as const) : []),
  ];
}

/** Whether two samples of choices among `count` (odd) come of different distributions: chi-square of homogeneity. */
export function areUnlike(a: readonly number[], b: readonly number[], count: number): boolean {
  return contingencyTail([tally(a, count), tally(b, count)]) < LEVEL;
}

/** How often each of 0 … count − 1 was chosen. */
export function tally(choices: readonly number[], count: number): number[] {
  const counts = new Array<number>(count).fill(0);
  for (const choice of choices) counts[choice] = (counts[choice] ?? 0) + 1;
  return counts;
}

function uniformTail(counts: readonly number[]): number {
  const expected = sum(counts) / counts.length;
  return chiSquareTail(sum(counts.map((observed) => (observed - expected) ** 2 / expected)), counts.length - 1);
}

/** Whether the rows of a table are shares of one distribution. */
function contingencyTail(rows: readonly (readonly number[])[]): number {
  const columns = (rows[0] ?? []).map((_, column) => sum(rows.map((row) => row[column] ?? 0)));
  const total = sum(columns);
  const terms = rows.flatMap((row) =>
    row.map((observed, column) => {
      const expected = (sum(row) * (columns[column] ?? 0)) / total;
      return expected === 0 ? 0 : (observed - expected) ** 2 / expected;
    }),
  );
  return chiSquareTail(sum(terms), (rows.length - 1) * (columns.length - 1));
}

/** P(X ≥ statistic); exact for an even number of degrees of freedom: e^(−x/2) Σ (x/2)^k / k!, k < degrees / 2 (Abramowitz and Stegun 26.4.21). */
function chiSquareTail(statistic: number, degrees: number): number {
  if (degrees % 2 !== 0) throw new Error(`chi-square with ${degrees} degrees of freedom: an even number is needed`);
  let term = Math.exp(-statistic / 2);
  let tail = term;
  for (let k = 1; k < degrees / 2; k++) {
    term *= statistic / 2 / k;
    tail += term;
  }
  return tail;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
