import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { countReplicas } from "../../src/autoscaler/count-replicas.ts";

const tolerance = { up: 0.1, down: 0.1 };
const uses = (request: number, ...values: number[]) => values.map((value) => ({ value, request }));
const pods = (request: number, count: number) => Array.from({ length: count }, () => ({ request }));
const count = (current: number, ready: number[], more: { missing?: number; unready?: number; utilization?: number } = {}) =>
  countReplicas(
    current,
    { ready: uses(1, ...ready), missing: pods(1, more.missing ?? 0), unready: pods(1, more.unready ?? 0) },
    { utilization: more.utilization ?? 50 },
    tolerance,
  );

/** Upstream's own cases (replica_calculator_test.go) come first: percentages there are of requests of 1 core. */
describe("how many replicas a metric asks for", () => {
  test.each<{ name: string; replicas: number; expected: number }>([
    { name: "scale up: 30 % of pods at 30, 50, 70 % → 5", replicas: count(3, [0.3, 0.5, 0.7], { utilization: 30 }), expected: 5 },
    {
      name: "scale up, unready lessens: the unready count as idle",
      replicas: count(3, [0.5, 0.7], { unready: 1, utilization: 30 }),
      expected: 4,
    },
    {
      name: "scale up, unready: no change when they would level it",
      replicas: count(3, [0.4], { unready: 2, utilization: 30 }),
      expected: 3,
    },
    { name: "scale down: 50 % of 10, 30, 50, 10, 10 → 3", replicas: count(5, [0.1, 0.3, 0.5, 0.1, 0.1]), expected: 3 },
    { name: "scale down ignores the unready", replicas: count(5, [0.3, 0.5, 0.1], { unready: 2 }), expected: 2 },
    { name: "tolerance: 1.02 of the target is no reason", replicas: count(3, [1.01, 1.03, 1.02], { utilization: 100 }), expected: 3 },
    { name: "tolerance holds at exactly ten percent", replicas: count(3, [1.1, 1.1, 1.1], { utilization: 100 }), expected: 3 },
    { name: "beyond it the ratio counts", replicas: count(3, [1.11, 1.11, 1.11], { utilization: 100 }), expected: 4 },
    {
      name: "missing, scale down: they count as at all they request, and it is no reason to grow",
      replicas: count(4, [0.1, 0.1], { missing: 2 }),
      expected: 4,
    },
    {
      name: "missing, target above 100: they count as at the target",
      replicas: count(4, [0.1, 0.1], { missing: 2, utilization: 200 }),
      expected: 3,
    },
    { name: "missing, scale up: they count as idle", replicas: count(3, [0.9, 0.9], { missing: 1, utilization: 50 }), expected: 4 },
    { name: "missing turn the direction: nothing changes", replicas: count(2, [0.9], { missing: 1 }), expected: 2 },
    { name: "missing and unready, scale up", replicas: count(3, [2], { missing: 1, unready: 1 }), expected: 4 },
    { name: "idle pods: down to none, which the bounds will mend", replicas: count(3, [0, 0, 0]), expected: 0 },
    { name: "one pod at ten times its target", replicas: count(1, [5]), expected: 10 },
    { name: "more pods measured than asked for, still in a rollout", replicas: count(2, [1, 1, 1, 1], { utilization: 100 }), expected: 2 },
  ])("$name", ({ replicas, expected }) => expect(replicas).toBe(expected));

  test("a target by value is compared with the average", () => {
    const usage = { ready: uses(1, 20, 40), missing: [], unready: [] };
    expect(countReplicas(2, usage, { value: 10 }, tolerance)).toBe(6);
    expect(countReplicas(2, { ...usage, missing: pods(1, 1) }, { value: 60 }, tolerance)).toBe(2);
  });

  test("is the documented formula where every pod is measured and ready", () => {
    const values = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(values, fc.integer({ min: 10, max: 100 }), (percents, utilization) => {
        const average = Math.trunc(percents.reduce((sum, each) => sum + each, 0) / percents.length);
        const ratio = average / utilization;
        const expected = Math.abs(ratio - 1) <= 0.1 + 1e-9 ? percents.length : Math.ceil(Math.round(ratio * percents.length * 1e9) / 1e9);
        return (
          count(
            percents.length,
            percents.map((percent) => percent / 100),
            { utilization },
          ) === expected
        );
      }),
      { seed: 7 },
    );
  });
});
