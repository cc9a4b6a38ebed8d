import { describe, expect, test } from "vitest";
import { explainFailures } from "../src/soak/explain-failures.ts";
import { growth, type Reading } from "../src/soak/memory.ts";
import { planSoak } from "../src/soak/plan.ts";
import { formatReport, passes } from "../src/soak/report.ts";
import type { SoakResult } from "../src/soak/run-soak.ts";

const MINUTE_MS = 60_000;

describe("the plan of a soak", () => {
  test("the same seed gives the same schedule, another seed another", () => {
    expect(planSoak(3 * MINUTE_MS, 7)).toEqual(planSoak(3 * MINUTE_MS, 7));
    expect(planSoak(3 * MINUTE_MS, 7)).not.toEqual(planSoak(3 * MINUTE_MS, 8));
  });

  test("a longer one begins as the shorter one does", () => {
    const short = planSoak(MINUTE_MS, 7);
    expect(planSoak(10 * MINUTE_MS, 7).slice(0, short.length)).toEqual(short);
  });

  test("half an hour holds every kind of injection and every victim, each with time to be survived", () => {
    const steps = planSoak(30 * MINUTE_MS, 1);
    const kinds = new Set(steps.map(({ injection }) => (injection.kind === "kill" ? injection.process : injection.kind)));
    expect([...kinds].sort()).toEqual(["alb", "collector", "control-plane", "kube-proxy", "pod", "rule", "scale"]);
    const gaps = steps.slice(1).map(({ atMs }, index) => atMs - (steps[index]?.atMs ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(4_000);
    expect(steps.at(-1)?.atMs).toBeLessThan(30 * MINUTE_MS - 8_000);
  });

  test.each([
    [3, 3],
    [30, 10],
    [60, 40],
  ])("a soak of %i minutes kills up to minute %i", (minutes, lastMinute) => {
    const kills = planSoak(minutes * MINUTE_MS, 1).filter(({ injection }) => injection.kind === "kill");
    const last = (kills.at(-1)?.atMs ?? 0) / MINUTE_MS;
    expect(last).toBeLessThanOrEqual(lastMinute);
    expect(last).toBeGreaterThan(lastMinute - 1);
  });
});

describe("a failed request is explained", () => {
  test.each<
    [
      why: string,
      failure: { what: string; atMs: number },
      process: Parameters<typeof explainFailures>[1][number]["process"],
      isExplained: boolean,
    ]
  >([
    ["502 of a pod that was killed just before", { what: "502", atMs: 10_400 }, "pod", true],
    ["502 long after", { what: "502", atMs: 14_000 }, "pod", false],
    ["502 before the kill", { what: "502", atMs: 9_000 }, "pod", false],
    ["500 of a killed pod", { what: "500", atMs: 10_100 }, "pod", false],
    ["503 of an alb that is not back", { what: "503", atMs: 12_000 }, "alb", true],
    ["502 after the control plane was killed: it is on no request's path", { what: "502", atMs: 10_100 }, "control-plane", false],
    ["502 after the collector was killed", { what: "502", atMs: 10_100 }, "collector", false],
  ])("%s", (_why, failure, process, isExplained) => {
    const { explained, unexplained } = explainFailures([failure], [{ process, atMs: 10_000 }]);
    expect([explained.length, unexplained.length]).toEqual(isExplained ? [1, 0] : [0, 1]);
  });
});

describe("memory", () => {
  /** Every minute, from the processes by pid: their kind and RSS minute by minute; undefined while there is no such process. */
  const readingsOf = (processes: Record<number, [kind: string, ...rssMiB: (number | undefined)[]]>): Reading[] =>
    Array.from({ length: 6 }, (_, minute) => ({
      atMs: minute * MINUTE_MS,
      processes: Object.entries(processes).flatMap(([pid, [kind, ...rss]]) => {
        const rssMiB = rss[minute];
        return rssMiB === undefined ? [] : [{ kind, pid: Number(pid), rssMiB }];
      }),
    }));
  const none = undefined;

  test.each<[what: string, processes: Parameters<typeof readingsOf>[0], mibPerMinute: number | undefined]>([
    ["one that grows by 2", { 1: ["alb", 0, 50, 52, 54, 56, 58] }, 2],
    ["its warm-up alone grows", { 1: ["alb", 0, 50, 50, 50, 50, 50] }, 0],
    ["three, of which one grows by 3", { 1: ["pod", 0, 1, 4, 7, 10, 13], 2: ["pod", 0, 5, 5, 5, 5, 5], 3: ["pod", 0, 5, 5, 5, 5, 5] }, 3],
    ["a pod more is no growth", { 1: ["pod", 0, 50, 50, 50, 50, 50], 2: ["pod", none, 0, 40, 40, 40, 40] }, 0],
    ["one that is killed and grows in both lives by 2", { 1: ["alb", 0, 50, 52], 2: ["alb", none, none, none, 0, 50, 52] }, 2],
    ["killed before its warm-up is over", { 1: ["alb", 50], 2: ["alb", none, 50], 3: ["alb", none, none, 50] }, undefined],
  ])("%s", (_what, processes, expected) => {
    const [only] = growth(readingsOf(processes), { warmUpMs: MINUTE_MS, least: 2 });
    expect(only?.mibPerMinute?.toFixed(6)).toBe(expected?.toFixed(6));
  });

  test.each<[why: string, changes: Partial<SoakResult>, passed: boolean]>([
    ["nothing happened that should not have", {}, true],
    ["a request failed without a reason", { unexplained: [{ ...failure, lines: [] }] }, false],
    ["something did not come back", { survived: 2 }, false],
    ["all together grow by 1 MiB per minute", { growth: [grown("alb", 0.6), grown("pod", 0.4)] }, false],
    ["a short soak measures warm-up", { growth: [grown("alb", 9)], warmUpMs: MINUTE_MS }, true],
  ])("a soak passes or fails: %s", (_why, changes, passed) => {
    expect(passes({ ...calm, explained: [failure], ...changes })).toBe(passed);
  });

  test("the report shows what is known of a failure that nobody can explain", () => {
    const lines = formatReport({ ...calm, unexplained: [{ ...failure, lines: ["http 2026-11-25T10:00:00Z app/a"] }] });
    expect(lines.slice(1, 4)).toEqual([
      "100 requests, 1 failed: 0 explained, 1 unexplained",
      "  502 at 1.50 s, sent at 1.25 s",
      "    http 2026-11-25T10:00:00Z app/a",
    ]);
  });

  test("the report shows the slope of every kind and of all together", () => {
    const lines = formatReport(calm);
    expect(lines.slice(-3)).toEqual([
      "        2.0    100.0     0.50  alb",
      "        2.0    100.0     0.40  pod",
      "        4.0    200.0     0.90  all together",
    ]);
  });
});

const failure = { url: "http://api.example.com/v1/order/1", what: "502", sentAtMs: 1250, atMs: 1500 };
const calm: SoakResult = {
  injected: 3,
  survived: 3,
  requests: 100,
  explained: [],
  unexplained: [],
  growth: [grown("alb", 0.5), grown("pod", 0.4)],
  warmUpMs: 10 * MINUTE_MS,
};

function grown(kind: string, mibPerMinute: number): SoakResult["growth"][number] {
  return { kind, processes: 2, rssMiB: 100, mibPerMinute };
}
