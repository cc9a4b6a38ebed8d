/**
 * The life of a pod on its node, as a value: what a kubelet remembers of it, and what each event makes of that. Whoever runs it starts and
 * ends the process (one runs all containers of a pod), makes the probes that are due, and tells what came of it.
 *
 *   initializing ──▶ waiting ──started──▶ running ──exited──▶ finished            restartPolicy says so
 *     │    ▲            ▲                    │  ▲
 *     ▼    │            └─────── exited ─────┘  └── probes: ready, or failed for good: the process is to be killed
 *   initWaiting (back-off)
 *
 *   deleted: endpoints are told by the object itself ─▶ preStop hooks run ─▶ process no longer wanted (SIGTERM) ─▶ SIGKILL at killAtMs
 *
 * Kubernetes, "Pod Lifecycle"; pkg/kubelet/kuberuntime. Times are milliseconds since the epoch.
 */
import type { Container, Pod } from "@loopway/model";
import { type BackOff, failuresAfter, isRestarted, restartDelayMs } from "./back-off.ts";
import {
  type ContainerProbes,
  endProbe,
  markProbe,
  type ProbeResult,
  type ProbeType,
  probeDueMs,
  startProbes,
} from "./container-probes.ts";
import { initOutcome } from "./stub-command.ts";

type Stage =
  /** Init container number `index` runs until then. */
  | { kind: "initializing"; index: number; sinceMs: number; untilMs: number }
  | { kind: "initWaiting"; index: number; exitCode: number; untilMs: number }
  /** For the process to serve; in the back-off when there were failures. */
  | { kind: "waiting"; untilMs: number }
  | { kind: "running"; sinceMs: number }
  | { kind: "finished"; exitCode: number; sinceMs: number; atMs: number };

export interface Ended {
  exitCode: number;
  startedMs: number;
  finishedMs: number;
}

export interface PodLife {
  stage: Stage;
  /** Of the containers, this supervisor's time and earlier. */
  restarts: number;
  initRestarts: number;
  /** Ends in a row that count for the back-off, and the delay that the last one earned. */
  failures: number;
  delayMs: number;
  /** By container name; empty unless it runs. */
  probes: ReadonlyMap<string, ContainerProbes>;
  lastEnd?: Ended;
  termination?: { killAtMs: number; hooksLeft: number };
}

/** How a process ended. `code` null: by the signal. */
export interface Exit {
  code: number | null;
  signal: string | null;
}

/** What a shell says of a process that SIGKILL ended: 128 + 9. */
const KILLED = 137;
/** Between SIGTERM and SIGKILL at least, even when preStop has used up the grace period. kuberuntime, minimumGracePeriodInSeconds. */
const LEAST_GRACE_MS = 2000;

/** A pod that was bound to the node. `pod.status` may tell of containers that ran before this supervisor did: they count as restarted. */
export function beginLife(pod: Pod, now: number): PodLife {
  const { containerStatuses: [earlier] = [], phase } = pod.status ?? {};
  const restarts = earlier === undefined ? 0 : earlier.restartCount + 1;
  const life: PodLife = {
    stage: { kind: "waiting", untilMs: now },
    restarts,
    initRestarts: 0,
    failures: 0,
    delayMs: 0,
    probes: new Map(),
  };
  if (phase === "Succeeded" || phase === "Failed") {
    return { ...life, stage: { kind: "finished", exitCode: phase === "Failed" ? 1 : 0, sinceMs: now, atMs: now } };
  }
  return (pod.spec.initContainers ?? []).length === 0 ? life : { ...life, stage: initialize(pod, 0, now) };
}

function initialize(pod: Pod, index: number, now: number): Stage {
  const container = pod.spec.initContainers?.[index];
  if (container === undefined) return { kind: "waiting", untilMs: now };
  return { kind: "initializing", index, sinceMs: now, untilMs: now + initOutcome(pod, container).tookMs };
}

/** Time has passed: init containers end, the grace period runs out on a preStop hook. */
export function tick(life: PodLife, pod: Pod, policy: BackOff, now: number): PodLife {
  const { termination } = life;
  if (termination !== undefined && termination.hooksLeft > 0 && now >= termination.killAtMs) {
    return { ...life, termination: { hooksLeft: 0, killAtMs: now + LEAST_GRACE_MS } };
  }
  const { stage } = life;
  if ((stage.kind !== "initializing" && stage.kind !== "initWaiting") || now < stage.untilMs) return life;
  if (stage.kind === "initWaiting") return { ...life, stage: initialize(pod, stage.index, now), initRestarts: life.initRestarts + 1 };
  const next = endInit(life, pod, stage, policy);
  return tick(next, pod, policy, now);
}

function endInit(life: PodLife, pod: Pod, { index, sinceMs, untilMs }: Extract<Stage, { kind: "initializing" }>, policy: BackOff): PodLife {
  const { exitCode } = initOutcome(pod, pod.spec.initContainers?.[index] as Container);
  if (exitCode === 0) return { ...life, stage: initialize(pod, index + 1, untilMs), failures: 0 };
  if (pod.spec.restartPolicy === "Never") return { ...life, stage: { kind: "finished", exitCode, sinceMs, atMs: untilMs } };
  const failures = life.failures + 1;
  const delayMs = restartDelayMs(policy, failures);
  return { ...life, failures, delayMs, stage: { kind: "initWaiting", index, exitCode, untilMs: untilMs + delayMs } };
}

/** The process serves: from now on its containers are probed. */
export function started(life: PodLife, pod: Pod, now: number): PodLife {
  const probes = new Map(pod.spec.containers.map((container) => [container.name, startProbes(container, now)]));
  return { ...life, stage: { kind: "running", sinceMs: now }, probes };
}

/** The life of a pod whose containers all run since now, of which those that answer their probes are ready: how it settles when nothing fails. */
export function servingLife(pod: Pod, answering: ReadonlySet<string>, now: number): PodLife {
  const life = started(beginLife(pod, now), pod, now);
  const probes = [...life.probes].map(([name, each]) => [name, { ...each, isStarted: true, isReady: answering.has(name) }] as const);
  return { ...life, probes: new Map(probes) };
}

export interface ProcessEnd {
  exit: Exit;
  startedMs: number;
  wasReady: boolean;
}

/** The process ended by itself, or was killed for a probe: not ready at once; it waits for its next start, or has finished. */
export function exited(life: PodLife, pod: Pod, { exit, startedMs, wasReady }: ProcessEnd, policy: BackOff, now: number): PodLife {
  const exitCode = exit.code ?? KILLED;
  const lastEnd: Ended = { exitCode, startedMs, finishedMs: now };
  const ended = { ...life, probes: new Map<string, ContainerProbes>(), lastEnd };
  // A pod that is to go is not started again.
  if (life.termination !== undefined || !isRestarted(pod.spec, exitCode))
    return { ...ended, stage: { kind: "finished", exitCode, sinceMs: startedMs, atMs: now } };
  // A kill that a probe asked for is a failure of the container, not an accident.
  const signal = failedProbe(life) === undefined ? exit.signal : null;
  const failures = failuresAfter(policy, life.failures, { lifeMs: now - startedMs, wasReady, signal });
  const delayMs = restartDelayMs(policy, failures);
  return { ...ended, failures, delayMs, restarts: life.restarts + 1, stage: { kind: "waiting", untilMs: now + delayMs } };
}

/** What is to be probed now, marked as under way. */
export function beginDueProbes(life: PodLife, now: number): { life: PodLife; due: { container: string; type: ProbeType }[] } {
  const due: { container: string; type: ProbeType }[] = [];
  const probes = new Map(life.probes);
  for (const [container, before] of life.probes) {
    for (const type of probedTypes(life)) {
      if ((probeDueMs(before, type) ?? Number.POSITIVE_INFINITY) > now) continue;
      due.push({ container, type });
      probes.set(container, markProbe(probes.get(container) ?? before, type, true));
    }
  }
  return due.length === 0 ? { life, due } : { life: { ...life, probes }, due };
}

/** Readiness is probed to the last; a pod that is to go is not restarted any more. */
function probedTypes({ termination }: PodLife): readonly ProbeType[] {
  return termination === undefined ? ["startup", "readiness", "liveness"] : ["readiness"];
}

export function probed(life: PodLife, container: Container, result: ProbeResult, now: number): PodLife {
  const before = life.probes.get(container.name);
  if (before === undefined) return life;
  return { ...life, probes: new Map(life.probes).set(container.name, endProbe(before, container, result, now)) };
}

/** A probe that was under way has no result: it is to be made again. */
export function unprobed(life: PodLife, container: Container, type: ProbeType): PodLife {
  const before = life.probes.get(container.name);
  return before === undefined ? life : { ...life, probes: new Map(life.probes).set(container.name, markProbe(before, type, false)) };
}

/** The container whose probe failed for good: its process is to be killed. */
export function failedProbe({ probes }: PodLife): { container: string; type: "startup" | "liveness" } | undefined {
  for (const [container, { failed }] of probes) if (failed !== undefined) return { container, type: failed };
  return undefined;
}

/** The object is being deleted. `hooks`: preStop hooks that begin now; a second deletion can only shorten the grace. */
export function deleted(life: PodLife, { graceSeconds, hooks }: { graceSeconds: number; hooks: number }, now: number): PodLife {
  const killAtMs = now + graceSeconds * 1000;
  const { termination } = life;
  if (termination !== undefined) return { ...life, termination: { ...termination, killAtMs: Math.min(termination.killAtMs, killAtMs) } };
  return { ...life, termination: { killAtMs, hooksLeft: life.stage.kind === "running" ? hooks : 0 } };
}

export function preStopEnded(life: PodLife, now: number): PodLife {
  const { termination } = life;
  if (termination === undefined || termination.hooksLeft === 0) return life;
  const hooksLeft = termination.hooksLeft - 1;
  const killAtMs = hooksLeft === 0 ? Math.max(termination.killAtMs, now + LEAST_GRACE_MS) : termination.killAtMs;
  return { ...life, termination: { hooksLeft, killAtMs } };
}

/** Whether its process is to run, or to be started (again). */
export function wantsProcess({ stage, termination }: PodLife): boolean {
  if (termination !== undefined && termination.hooksLeft === 0) return false;
  return stage.kind === "waiting" || stage.kind === "running";
}

/** When to look at it next, without any event from outside; undefined: never. */
export function nextTickMs(life: PodLife): number | undefined {
  const { stage, termination, probes } = life;
  const times: (number | undefined)[] = [termination !== undefined && termination.hooksLeft > 0 ? termination.killAtMs : undefined];
  if (stage.kind === "initializing" || stage.kind === "initWaiting") times.push(stage.untilMs);
  for (const each of probes.values()) for (const type of probedTypes(life)) times.push(probeDueMs(each, type));
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
