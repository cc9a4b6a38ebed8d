import type { BenchCase } from "./bench-case.ts";
import type { Results } from "./rounds.ts";
import { figureOf } from "./statistics.ts";
import type { Verdict } from "./verdict.ts";

/** One table per load: medians, and the first metric as a ratio over the reference. */
export function formatResults({ loads, metrics, reference }: BenchCase, results: Results): string {
  const [first] = metrics;
  const tables = loads.map(({ name: load, contenders }) => {
    // A single contender has nobody to be compared with.
    const ratio = (text: string) => (contenders.length > 1 ? [text] : []);
    const head = ["", ...metrics.map(({ title }) => title), ...ratio(`× ${reference}`)];
    const rows = contenders.map((contender) => [
      contender,
      ...metrics.map(({ name, digits }) => formatFigure(figureOf(results, { load, metric: name, of: contender }), digits)),
      ...ratio(formatFigure(figureOf(results, { load, metric: first.name, of: contender, over: reference }), 2)),
    ]);
    return `${load}\n${formatColumns([head, ...rows])}`;
  });
  return tables.join("\n\n");
}

export function formatVerdicts(verdicts: readonly Verdict[]): string {
  return verdicts
    .map(({ budget, measured, isKept }) => {
      const subject = budget.over === undefined ? budget.of : `${budget.of} / ${budget.over}`;
      const limit = budget.atLeast === undefined ? `at most ${budget.atMost}` : `at least ${budget.atLeast}`;
      const metric = budget.statistic === "largest" ? `largest ${budget.metric}` : budget.metric;
      const figure = `${budget.load}: ${metric} ${subject} = ${formatFigure(measured, 2)}, ${limit}`;
      return `${isKept ? "ok  " : "MISS"} ${figure}\n     ${budget.reason}`;
    })
    .join("\n");
}

function formatFigure(figure: number, digits: number): string {
  return Number.isNaN(figure) ? "-" : figure.toFixed(digits);
}

/** The first column to the left, the others to the right. */
function formatColumns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const cell = (text: string, column: number) => (column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0));
  return rows.map((row) => `  ${row.map(cell).join("  ")}`.trimEnd()).join("\n");
}
