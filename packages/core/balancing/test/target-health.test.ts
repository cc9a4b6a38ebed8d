import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  beginHealthChecks,
  deregisterTarget,
  type HealthCheckResult,
  isDrained,
  recordHealthCheck,
  registerTarget,
  type TargetHealthRecord,
  unusedTarget,
} from "../src/index.ts";

const thresholds = { healthy: 3, unhealthy: 2 };
const passed: HealthCheckResult = { kind: "passed" };
const failed: HealthCheckResult = { kind: "failed" };
const timeout: HealthCheckResult = { kind: "timeout" };
const code503: HealthCheckResult = { kind: "code", code: 503 };

const after = (results: HealthCheckResult[], record: TargetHealthRecord = registerTarget()) =>
  results.reduce((current, result) => recordHealthCheck(current, result, thresholds), record);

describe("checks of a registered target", () => {
  const cases: [name: string, results: HealthCheckResult[], state: string, reason?: string, description?: string][] = [
    ["no check yet: registration in progress", [], "initial", "Elb.RegistrationInProgress", "Target registration is in progress"],
    ["one success is enough for a new target", [passed], "healthy"],
    ["one failure leaves a new target initial", [failed], "initial", "Elb.InitialHealthChecking", "Initial health checks in progress"],
    ["one success after a failure is enough while initial", [failed, passed], "healthy"],
    ["the unhealthy threshold turns a new target unhealthy", [timeout, timeout], "unhealthy", "Target.Timeout", "Request timed out"],
    ["one failure does not hurt a healthy target", [passed, failed], "healthy"],
    ["failures count only when consecutive", [passed, failed, passed, failed], "healthy"],
    ["two failures in a row do", [passed, failed, failed], "unhealthy", "Target.FailedHealthChecks", "Health checks failed"],
    [
      "a refused status is named",
      [passed, code503, code503],
      "unhealthy",
      "Target.ResponseCodeMismatch",
      "Health checks failed with these codes: [503]",
    ],
    ["the reason is that of the latest failure", [failed, failed, timeout], "unhealthy", "Target.Timeout", "Request timed out"],
    [
      "fewer successes than the healthy threshold keep it unhealthy",
      [failed, failed, passed, passed],
      "unhealthy",
      "Target.FailedHealthChecks",
      "Health checks failed",
    ],
    ["the healthy threshold brings it back", [failed, failed, passed, passed, passed], "healthy"],
    [
      "a failure in between starts the successes anew",
      [failed, failed, passed, passed, failed, passed],
      "unhealthy",
      "Target.FailedHealthChecks",
      "Health checks failed",
    ],
  ];

  test.each(cases)("%s", (_, results, state, reason, description) => {
    const record = after(results);
    expect([record.state, record.reason, record.description]).toEqual([state, reason, description]);
  });

  test("the beginning of checks shows before their first result", () => {
    expect(beginHealthChecks(registerTarget()).reason).toBe("Elb.InitialHealthChecking");
    const healthy = after([passed]);
    expect(beginHealthChecks(healthy)).toBe(healthy);
  });

  test("from any history, enough successes end healthy and enough failures end unhealthy", () => {
    const result = fc.constantFrom(passed, failed, timeout, code503);
    fc.assert(
      fc.property(fc.array(result, { maxLength: 20 }), (history) => {
        const record = after(history);
        expect(after([passed, passed, passed], record).state).toBe("healthy");
        expect(after([failed, failed], record).state).toBe("unhealthy");
      }),
      { seed: 1 },
    );
  });
});

describe("deregistration", () => {
  const draining = deregisterTarget(after([passed]), 1000, 300_000);

  test("a draining target says so and is not judged any more", () => {
    expect(draining).toMatchObject({ state: "draining", reason: "Target.DeregistrationInProgress" });
    expect(after([failed, failed, failed], draining)).toBe(draining);
  });

  test.each([
    ["idle: complete at once", 1000, 0, true],
    ["in-flight requests hold it", 300_999, 1, false],
    ["until the delay is over", 301_000, 1, true],
  ])("%s", (_, now, inFlight, expected) => {
    expect(isDrained(draining, now, inFlight)).toBe(expected);
  });

  test("a second call does not prolong the delay", () => {
    expect(deregisterTarget(draining, 200_000, 300_000)).toBe(draining);
  });

  test("a registered target is never drained", () => {
    expect(isDrained(after([passed]), Number.MAX_SAFE_INTEGER, 0)).toBe(false);
  });
});

test("a target of an unused group is not checked", () => {
  expect(after([passed, failed, failed], unusedTarget())).toMatchObject({ state: "unused", reason: "Target.NotInUse" });
});
