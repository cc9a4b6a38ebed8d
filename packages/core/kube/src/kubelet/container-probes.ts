/**
 * The probes of one running container. Kubernetes, "Configure Probes"; pkg/kubelet/prober/worker.go.
 *
 *   startup    holds the other two back until it has succeeded once; failing for good restarts the container
 *   readiness  decides whether the container is ready, for as long as it runs
 *   liveness   failing for good restarts the container
 *
 * "For good" is failureThreshold results in a row; a success counts after successThreshold in a row (1 for startup and liveness).
 */
import type { Container, Probe } from "@loopway/model";

export type ProbeType = "startup" | "readiness" | "liveness";

interface ProbeState {
  /** Results of the same kind in a row, up to the present. */
  successes: number;
  failures: number;
  hasSucceeded: boolean;
  /** Milliseconds since the epoch: when it is due next; infinite once it has nothing more to find out. */
  nextMs: number;
  isUnderWay: boolean;
}

export interface ContainerProbes {
  isStarted: boolean;
  isReady: boolean;
  /** The probe that failed for good: the container is to be restarted. */
  failed?: "startup" | "liveness";
  states: { readonly [type in ProbeType]?: ProbeState };
}

const DEFAULT_PERIOD_S = 10;
const DEFAULT_FAILURES = 3;
/** Until its first success a readiness probe is repeated quickly; the kubelet waits periodSeconds, which would cost a start ten seconds. */
const IMPATIENT_MS = 100;
/** A container without a readiness probe is ready when its first port accepts a connection: a stub's process has no other sign of life. */
const ACCEPTS: Probe = {};

/** The probe of that type; every container has a readiness probe, if only that its port accepts. */
export function probeOf(container: Container, type: ProbeType): Probe | undefined {
  if (type === "readiness") return container.readinessProbe ?? ACCEPTS;
  return type === "startup" ? container.startupProbe : container.livenessProbe;
}

/** The container runs since now. */
export function startProbes(container: Container, now: number): ContainerProbes {
  const states: { [type in ProbeType]?: ProbeState } = {};
  for (const type of ["startup", "readiness", "liveness"] as const) {
    const probe = probeOf(container, type);
    if (probe === undefined) continue;
    const nextMs = now + (probe.initialDelaySeconds ?? 0) * 1000;
    states[type] = { successes: 0, failures: 0, hasSucceeded: false, nextMs, isUnderWay: false };
  }
  return { isStarted: states.startup === undefined, isReady: false, states };
}

/** Milliseconds since the epoch: when this probe is to be made next; undefined when not before something else has happened. */
export function probeDueMs({ isStarted, failed, states }: ContainerProbes, type: ProbeType): number | undefined {
  const state = states[type];
  if (state === undefined || state.isUnderWay || failed !== undefined || isStarted === (type === "startup")) return undefined;
  return state.nextMs === Number.POSITIVE_INFINITY ? undefined : state.nextMs;
}

/** A probe begins, or was given up without a result. */
export function markProbe(probes: ContainerProbes, type: ProbeType, isUnderWay: boolean): ContainerProbes {
  const state = probes.states[type];
  return state === undefined ? probes : { ...probes, states: { ...probes.states, [type]: { ...state, isUnderWay } } };
}

export interface ProbeResult {
  type: ProbeType;
  isSuccess: boolean;
}

/** What the result of a probe that was under way makes of the container. */
export function endProbe(probes: ContainerProbes, container: Container, { type, isSuccess }: ProbeResult, now: number): ContainerProbes {
  const before = probes.states[type];
  const probe = probeOf(container, type);
  if (before === undefined || probe === undefined) return probes;
  const hasSucceeded = before.hasSucceeded || isSuccess;
  const state: ProbeState = {
    successes: isSuccess ? before.successes + 1 : 0,
    failures: isSuccess ? 0 : before.failures + 1,
    hasSucceeded,
    nextMs: probe === ACCEPTS && isSuccess ? Number.POSITIVE_INFINITY : now + intervalMs(probe, type, hasSucceeded),
    isUnderWay: false,
  };
  const next = { ...probes, states: { ...probes.states, [type]: state } };
  const succeeds = state.successes >= (probe.successThreshold ?? 1);
  const fails = state.failures >= (probe.failureThreshold ?? DEFAULT_FAILURES);
  if (type === "readiness") return { ...next, isReady: probes.isReady ? !fails : succeeds };
  if (fails) return { ...next, failed: type };
  return type === "startup" && succeeds ? { ...next, isStarted: true } : next;
}

function intervalMs({ periodSeconds = DEFAULT_PERIOD_S }: Probe, type: ProbeType, hasSucceeded: boolean): number {
  const periodMs = periodSeconds * 1000;
  return type === "readiness" && !hasSucceeded ? Math.min(periodMs, IMPATIENT_MS) : periodMs;
}
