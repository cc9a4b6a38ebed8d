import { describe, expect, test } from "vitest";
import { explainFailures } from "../src/soak/explain-failures.ts";
import { slopes } from "../src/soak/memory.ts";
import { planSoak } from "../src/soak/plan.ts";

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

test("slopes are in MiB per minute, from the end of each process's warm-up, of processes with enough readings", () => {
  const readings = [0, 1, 2, 3].map((minute) => ({
    atMs: minute * MINUTE_MS,
    rssMiB: new Map([["alb", minute === 0 ? 0 : 50 + 2 * minute], ...(minute === 3 ? [["pod", 20] as const] : [])]),
  }));
  expect([...slopes(readings, { warmUpMs: MINUTE_MS, least: 3 })].map(([name, slope]) => [name, Math.round(slope * 1e6) / 1e6])).toEqual([
    ["alb", 2],
  ]);
});
