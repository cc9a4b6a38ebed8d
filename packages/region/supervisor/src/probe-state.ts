// When a probe's results change a container's readiness. Kubernetes, "Configure Probes": successThreshold and failureThreshold in a row.
import type { Probe } from "@loopway/model";

export interface ProbeState {
  isReady: boolean;
  /** Results of the same kind in a row, up to the present. */
  successes: number;
  failures: number;
}

export const initialProbeState: ProbeState = { isReady: false, successes: 0, failures: 0 };

const DEFAULT_PERIOD_S = 10;
const DEFAULT_TIMEOUT_S = 1;
const DEFAULT_FAILURES = 3;
/** Until the first success the probe is repeated quickly; the kubelet waits periodSeconds here, which would cost a start ten seconds. */
const IMPATIENT_MS = 100;

export function applyProbeResult(state: ProbeState, isSuccess: boolean, probe: Probe): ProbeState {
  const successes = isSuccess ? state.successes + 1 : 0;
  const failures = isSuccess ? 0 : state.failures + 1;
  const isReady = state.isReady ? failures < (probe.failureThreshold ?? DEFAULT_FAILURES) : successes >= (probe.successThreshold ?? 1);
  return { isReady, successes, failures };
}

/** Milliseconds until the next probe. `hasSucceeded`: at least once since the container started. */
export function nextProbeMs(probe: Probe, hasSucceeded: boolean): number {
  const periodMs = (probe.periodSeconds ?? DEFAULT_PERIOD_S) * 1000;
  return hasSucceeded ? periodMs : Math.min(periodMs, IMPATIENT_MS);
}

export function probeTimeoutMs(probe: Probe): number {
  return (probe.timeoutSeconds ?? DEFAULT_TIMEOUT_S) * 1000;
}

/** Kubernetes: "Any code greater than or equal to 200 and less than 400 indicates success." */
export function isSuccessStatus(status: number): boolean {
  return status >= 200 && status < 400;
}
