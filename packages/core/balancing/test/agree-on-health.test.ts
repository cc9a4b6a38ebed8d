import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { agreeOnHealth, recordHealthCheck, type TargetHealthRecord } from "../src/index.ts";

const ROUNDING_MS = 0.001;
const record = (state: string): TargetHealthRecord => ({ state: state as TargetHealthRecord["state"], successes: 0, failures: 0 });

const agreed = ([first = record("healthy"), ...others]: readonly TargetHealthRecord[]) => agreeOnHealth([first, ...others]).state;

describe("what the load balancer's nodes make of a target", () => {
  test.each([
    ["one node", ["initial"], "initial"],
    ["one node", ["unhealthy"], "unhealthy"],
    ["nobody has made up its mind", ["initial", "initial", "initial"], "initial"],
    ["one success is enough for a new target", ["healthy", "initial", "initial"], "healthy"],
    ["the first to decide", ["initial", "unhealthy", "initial"], "unhealthy"],
    ["a majority", ["unhealthy", "healthy", "healthy"], "healthy"],
    ["a majority", ["unhealthy", "healthy", "unhealthy"], "unhealthy"],
    ["a tie", ["healthy", "unhealthy"], "unhealthy"],
    ["a tie of those who have decided", ["healthy", "initial", "unhealthy"], "unhealthy"],
  ])("%s: %j → %s", (_what, states, expected) => {
    expect(agreed(states.map(record))).toBe(expected);
  });

  test("unhealthy, it has a reason", () => {
    const unhealthy = recordHealthCheck(record("healthy"), { kind: "code", code: 503 }, { healthy: 2, unhealthy: 1 });
    expect(agreeOnHealth([record("healthy"), unhealthy])).toBe(unhealthy);
  });
});

test("a target that hangs is known after threshold - 1 intervals, the majority's share of one, and one time-out, whenever it begins", () => {
  const checks = fc.record({
    nodes: fc.integer({ min: 1, max: 6 }),
    threshold: fc.integer({ min: 2, max: 10 }),
    intervalMs: fc.integer({ min: 5_000, max: 300_000 }),
    phase: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(checks, ({ nodes, threshold, intervalMs, phase }) => {
      const apartMs = intervalMs / nodes;
      const opinions = Array.from({ length: nodes }, () => record("healthy"));
      for (let turn = 0; agreed(opinions) === "healthy"; turn++) {
        const node = turn % nodes;
        opinions[node] = recordHealthCheck(opinions[node] ?? record("healthy"), { kind: "timeout" }, { healthy: 2, unhealthy: threshold });
        const beganMs = (turn + phase) * apartMs;
        expect(beganMs).toBeLessThanOrEqual((threshold - 1) * intervalMs + Math.ceil(nodes / 2) * apartMs + ROUNDING_MS);
      }
    }),
  );
});
