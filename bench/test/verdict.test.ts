import { expect, test } from "vitest";
import type { BenchCase, Budget, Sample } from "../src/bench-case.ts";
import { formatResults, formatVerdicts } from "../src/format-report.ts";
import { type Results, runRounds } from "../src/rounds.ts";
import { median } from "../src/statistics.ts";
import { judgeBudgets } from "../src/verdict.ts";

/** The machine is three times slower in the second round. */
const results: Results = new Map([
  [
    "small",
    new Map<string, readonly Sample[]>([
      ["ours", [{ ns: 10 }, { ns: 33 }, { ns: 10 }]],
      ["theirs", [{ ns: 20, rare: 7 }, { ns: 60 }, { ns: 25 }]],
    ]),
  ],
]);

const budget = (rest: Partial<Budget>): Budget => ({ load: "small", metric: "ns", of: "theirs", reason: "because", ...rest });

test.each([
  [[3, 1, 2], 2],
  [[4, 1, 2, 3], 2.5],
  [[], Number.NaN],
])("the median of %j", (values, expected) => {
  expect(median(values)).toBe(expected);
});

test.each<[string, Budget, number, boolean]>([
  ["a ratio is the median of the ratios within each round", budget({ over: "ours", atLeast: 2 }), 2, true],
  ["a ratio below its floor misses", budget({ over: "ours", atLeast: 2.1 }), 2, false],
  ["the largest of all rounds counts where the budget says so", budget({ statistic: "largest", atMost: 50 }), 60, false],
  ["rounds that did not measure a metric are left out", budget({ metric: "rare", atMost: 7 }), 7, true],
  ["a value above its ceiling misses", budget({ atMost: 24 }), 25, false],
  ["a value on its ceiling keeps it", budget({ atMost: 25 }), 25, true],
  ["what was not measured keeps nothing", budget({ of: "nobody", atMost: 1 }), Number.NaN, false],
])("%s", (_, subject, measured, isKept) => {
  expect(judgeBudgets([subject], results)).toEqual([{ budget: subject, measured, isKept }]);
});

const bench = (measure: BenchCase["measure"], dispose: () => void): BenchCase => ({
  summary: "for the test",
  loads: [
    { name: "small", contenders: ["ours", "theirs"] },
    { name: "large", contenders: ["ours"] },
  ],
  metrics: [{ name: "ns", title: "ns/op", digits: 0 }],
  reference: "ours",
  rounds: { full: 2, quick: 1 },
  budgets: [],
  measure,
  dispose: async () => dispose(),
});

test("rounds are interleaved: every contender once before any comes again", async () => {
  const order: string[] = [];
  const subject = bench(
    async ({ load, contender, round }) => {
      order.push(`${round} ${load} ${contender}`);
      return { ns: order.length };
    },
    () => {},
  );
  const measured = await runRounds(subject, { isQuick: false });
  expect(order).toEqual(["0 small ours", "0 small theirs", "0 large ours", "1 small ours", "1 small theirs", "1 large ours"]);
  expect(measured.get("small")?.get("theirs")).toEqual([{ ns: 2 }, { ns: 5 }]);
});

test("a case is disposed of when a contender fails", async () => {
  let disposals = 0;
  const subject = bench(
    async () => {
      throw new Error("wrong answer");
    },
    () => disposals++,
  );
  await expect(runRounds(subject, { isQuick: true })).rejects.toThrow("wrong answer");
  expect(disposals).toBe(1);
});

test("the report shows medians, ratios, and each budget with its reason", () => {
  const subject = {
    ...bench(
      async () => ({}),
      () => {},
    ),
    loads: [{ name: "small", contenders: ["ours", "theirs"] }],
    metrics: [
      { name: "ns", title: "ns/op", digits: 0 },
      { name: "rare", title: "rare", digits: 0 },
    ] satisfies BenchCase["metrics"],
  };
  expect(formatResults(subject, results)).toBe(
    ["small", "          ns/op  rare  × ours", "  ours       10     -    1.00", "  theirs     25     7    2.00"].join("\n"),
  );
  expect(formatVerdicts(judgeBudgets([budget({ over: "ours", atLeast: 3 })], results))).toBe(
    "MISS small: ns theirs / ours = 2.00, at least 3\n     because",
  );
});
