import { probePort } from "@loopway/kube";
import type { Probe } from "@loopway/model";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyProbeResult, initialProbeState, isSuccessStatus, nextProbeMs, probeTimeoutMs } from "../src/probe-state.ts";

describe("probes", () => {
  const readiness = (probe: Probe, results: string) =>
    [...results].reduce<{ state: typeof initialProbeState; seen: string }>(
      ({ state, seen }, result) => {
        const next = applyProbeResult(state, result === "+", probe);
        return { state: next, seen: seen + (next.isReady ? "R" : ".") };
      },
      { state: initialProbeState, seen: "" },
    ).seen;
  test.each([
    { name: "one success makes ready, three failures in a row unready", probe: {}, results: "-+--+---+", expected: ".RRRRRR.R" },
    { name: "successThreshold counts successes in a row", probe: { successThreshold: 2 }, results: "+-++", expected: "...R" },
    { name: "failureThreshold 1 forgives nothing", probe: { failureThreshold: 1 }, results: "+-+", expected: "R.R" },
  ])("$name", ({ probe, results, expected }) => expect(readiness(probe, results)).toBe(expected));

  test("quickly until the first success, then every periodSeconds (default 10)", () => {
    expect([nextProbeMs({}, false), nextProbeMs({}, true), nextProbeMs({ periodSeconds: 3 }, true)]).toEqual([100, 10_000, 3000]);
    expect([probeTimeoutMs({}), probeTimeoutMs({ timeoutSeconds: 5 })]).toEqual([1000, 5000]);
  });

  test("status 200 to 399 is a success", () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), (status) => isSuccessStatus(status) === [2, 3].includes(Math.floor(status / 100))),
    );
  });

  test("a port may be named", () => {
    const ports = [{ name: "http", containerPort: 8080 }];
    expect([probePort(9, ports), probePort("http", ports), probePort("nope", ports)]).toEqual([9, 8080, undefined]);
  });
});
