/**
 * The life of one target in one target group, as values: each function takes a record and returns the next one.
 *
 *   unused ──registerTarget──▶ initial ──1 success──▶ healthy ◀──healthy threshold── unhealthy
 *                                 │                      └──unhealthy threshold──▶      ▲
 *                                 └──────────────unhealthy threshold───────────────────┘
 *   any registered ──deregisterTarget──▶ draining ──isDrained──▶ gone
 *
 * Source: ELB guide, "Health checks for target groups" (states, reason codes and their descriptions; a new target needs one success only)
 * and "Edit target group attributes", deregistration delay.
 */
import type { TargetHealthDescription, TargetHealthState } from "@loopway/model";

export interface TargetHealthRecord {
  state: TargetHealthState;
  reason?: string;
  description?: string;
  /** Consecutive results of one kind; a result of the other kind sets the count back to 0. */
  successes: number;
  failures: number;
  /** Only while draining: when in-flight requests are cut. Milliseconds on the caller's clock. */
  drainDeadlineMs?: number;
}

export interface HealthThresholds {
  /** Consecutive successes that make an unhealthy target healthy. ALB default 5. */
  healthy: number;
  /** Consecutive failures that make a target unhealthy. ALB default 2. */
  unhealthy: number;
}

export type HealthCheckResult =
  | { kind: "passed" }
  /** Answered, with a status that the matcher refuses. */
  | { kind: "code"; code: number }
  | { kind: "timeout" }
  /** No connection, or no valid answer. */
  | { kind: "failed" };

/** A target that was just registered; no check has begun. */
export function registerTarget(): TargetHealthRecord {
  return fresh("initial", "Elb.RegistrationInProgress", "Target registration is in progress");
}

/** The first check is on its way. Records in any other state than initial are returned as they are. */
export function beginHealthChecks(record: TargetHealthRecord): TargetHealthRecord {
  if (record.reason !== "Elb.RegistrationInProgress") return record;
  return fresh("initial", "Elb.InitialHealthChecking", "Initial health checks in progress");
}

/** A target of a group that no listener or rule uses: it is not checked. */
export function unusedTarget(): TargetHealthRecord {
  return fresh("unused", "Target.NotInUse", "Target group is not configured to receive traffic from the load balancer");
}

/** Takes one result in. A draining or unused target keeps its record: it is no longer judged by its checks. */
export function recordHealthCheck(record: TargetHealthRecord, result: HealthCheckResult, thresholds: HealthThresholds): TargetHealthRecord {
  if (record.state === "draining" || record.state === "unused") return record;
  const { state } = record;
  if (result.kind === "passed") {
    const successes = record.successes + 1;
    if (state === "healthy" || state === "initial" || successes >= thresholds.healthy) return { state: "healthy", successes, failures: 0 };
    return { ...record, successes, failures: 0 };
  }
  const failures = record.failures + 1;
  if (state === "unhealthy" || failures >= thresholds.unhealthy)
    return { state: "unhealthy", ...failureReason(result), successes: 0, failures };
  return { ...beginHealthChecks(record), successes: 0, failures };
}

/** No new requests; those in flight have `delayMs` to finish. A second call changes nothing: the delay runs from the first. */
export function deregisterTarget(record: TargetHealthRecord, now: number, delayMs: number): TargetHealthRecord {
  if (record.state === "draining") return record;
  return {
    ...fresh("draining", "Target.DeregistrationInProgress", "Target deregistration is in progress"),
    drainDeadlineMs: now + delayMs,
  };
}

/** Deregistration is complete: at once for an idle target, else when the delay is over (what is still in flight is then cut with 502). */
export function isDrained(record: TargetHealthRecord, now: number, inFlight: number): boolean {
  return record.drainDeadlineMs !== undefined && (inFlight === 0 || now >= record.drainDeadlineMs);
}

function fresh(state: TargetHealthState, reason: string, description: string): TargetHealthRecord {
  return { state, reason, description, successes: 0, failures: 0 };
}

function failureReason(
  result: Exclude<HealthCheckResult, { kind: "passed" }>,
): Pick<TargetHealthDescription["targetHealth"], "reason" | "description"> {
  switch (result.kind) {
    case "code":
      return { reason: "Target.ResponseCodeMismatch", description: `Health checks failed with these codes: [${result.code}]` };
    case "timeout":
      return { reason: "Target.Timeout", description: "Request timed out" };
    case "failed":
      return { reason: "Target.FailedHealthChecks", description: "Health checks failed" };
  }
}
