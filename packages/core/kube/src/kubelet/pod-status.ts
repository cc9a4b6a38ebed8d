import type { Condition, Container, ContainerStatus, Pod } from "@loopway/model";
import { formatTimestamp } from "../store.ts";
import type { Ended, PodLife } from "./pod-life.ts";

/** What the node knows of a pod beside its life. */
export interface PodPlace {
  podIP: string;
  hostIP: string | undefined;
}

export type PodStatus = NonNullable<Pod["status"]>;
type ContainerState = Record<string, unknown>;

/**
 * `before`: the status written last, which the pod may not show yet. Conditions of others (readiness gates) stay as they are; a condition
 * keeps its time of transition until its status changes. Kubernetes, pkg/kubelet/status/generate.go, kubelet_pods.go.
 */
export function buildPodStatus(
  pod: Pod,
  life: PodLife,
  { place, before, now }: { place: PodPlace; before: PodStatus | undefined; now: number },
): PodStatus {
  const { podIP, hostIP } = place;
  const shown = pod.status?.conditions ?? [];
  const own = conditionsOf(pod, life);
  const foreign = shown.filter(({ type }) => own.every((condition) => condition.type !== type));
  const previous = before?.conditions ?? shown;
  const initContainerStatuses = (pod.spec.initContainers ?? []).map((container, index) => initStatus(pod, container, index, life));
  return {
    phase: phaseOf(life, before ?? pod.status),
    podIP,
    podIPs: [{ ip: podIP }],
    ...(hostIP === undefined ? {} : { hostIP }),
    startTime: (before ?? pod.status)?.startTime ?? formatTimestamp(now),
    conditions: [...own.map((condition) => withTransition(condition, previous, now)), ...foreign],
    ...(initContainerStatuses.length === 0 ? {} : { initContainerStatuses }),
    containerStatuses: pod.spec.containers.map((container) => containerStatus(pod, container, life)),
  };
}

function phaseOf({ stage, lastEnd }: PodLife, before: PodStatus | undefined): NonNullable<PodStatus["phase"]> {
  if (stage.kind === "finished") return stage.exitCode === 0 ? "Succeeded" : "Failed";
  return stage.kind === "running" || lastEnd !== undefined || before?.phase === "Running" ? "Running" : "Pending";
}

function conditionsOf(pod: Pod, life: PodLife): Condition[] {
  const { stage } = life;
  const isInitialized = stage.kind !== "initializing" && stage.kind !== "initWaiting";
  const isReady = stage.kind === "running" && pod.spec.containers.every(({ name }) => life.probes.get(name)?.isReady === true);
  const unready = isSucceeded(life) ? { reason: "PodCompleted" } : unreadyReason(pod, life);
  return [
    condition("PodScheduled", true),
    condition("Initialized", isInitialized, {
      reason: "ContainersNotInitialized",
      message: `containers with incomplete status: [${(pod.spec.initContainers ?? [])
        .slice("index" in stage ? stage.index : 0)
        .map(({ name }) => name)
        .join(" ")}]`,
    }),
    condition("ContainersReady", isReady, unready),
    condition("Ready", isReady && areGatesOpen(pod), isReady ? { reason: "ReadinessGatesNotReady" } : unready),
  ];
}

function isSucceeded({ stage }: PodLife): boolean {
  return stage.kind === "finished" && stage.exitCode === 0;
}

function unreadyReason({ spec }: Pod, { probes }: PodLife): { reason: string; message: string } {
  const names = spec.containers.filter(({ name }) => probes.get(name)?.isReady !== true).map(({ name }) => name);
  return { reason: "ContainersNotReady", message: `containers with unready status: [${names.join(" ")}]` };
}

function areGatesOpen({ spec, status }: Pod): boolean {
  const conditions = status?.conditions ?? [];
  return (spec.readinessGates ?? []).every(({ conditionType }) =>
    conditions.some((condition) => condition.type === conditionType && condition.status === "True"),
  );
}

function condition(type: string, isTrue: boolean, otherwise: { reason?: string; message?: string } = {}): Condition {
  return isTrue ? { type, status: "True" } : { type, status: "False", ...otherwise };
}

function withTransition(condition: Condition, previous: readonly Condition[], now: number): Condition {
  const before = previous.find(({ type }) => type === condition.type);
  const lastTransitionTime =
    before?.status === condition.status ? (before.lastTransitionTime ?? formatTimestamp(now)) : formatTimestamp(now);
  return { ...condition, lastTransitionTime };
}

function containerStatus(pod: Pod, container: Container, life: PodLife): ContainerStatus {
  const { stage, probes, lastEnd, restarts } = life;
  const state = containerState(pod, container, life);
  const isRunning = stage.kind === "running";
  return {
    name: container.name,
    ...imageOf(container),
    ready: isRunning && probes.get(container.name)?.isReady === true,
    started: isRunning && probes.get(container.name)?.isStarted === true,
    restartCount: restarts,
    state,
    ...(lastEnd === undefined || "terminated" in state ? {} : { lastState: terminated(lastEnd) }),
  };
}

function containerState(pod: Pod, { name }: Container, { stage, lastEnd, delayMs }: PodLife): ContainerState {
  switch (stage.kind) {
    case "running":
      return { running: { startedAt: formatTimestamp(stage.sinceMs) } };
    case "finished":
      return lastEnd === undefined ? { waiting: { reason: "PodInitializing" } } : terminated(lastEnd);
    case "waiting":
      if (lastEnd === undefined) return { waiting: { reason: "ContainerCreating" } };
      return delayMs === 0 ? terminated(lastEnd) : { waiting: crashLoop(pod, name, delayMs) };
    default:
      return { waiting: { reason: "PodInitializing" } };
  }
}

/** kuberuntime_manager.go, doBackOff. */
function crashLoop({ metadata }: Pod, container: string, delayMs: number) {
  const podName = `${metadata.name}_${metadata.namespace ?? "default"}(${metadata.uid ?? ""})`;
  return { reason: "CrashLoopBackOff", message: `back-off ${goDuration(delayMs)} restarting failed container=${container} pod=${podName}` };
}

/** As Go prints whole seconds: "10s", "2m40s", "5m0s". */
function goDuration(ms: number): string {
  const seconds = ms / 1000;
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}

function terminated({ exitCode, startedMs, finishedMs }: Ended): ContainerState {
  const reason = exitCode === 0 ? "Completed" : "Error";
  return { terminated: { exitCode, reason, startedAt: formatTimestamp(startedMs), finishedAt: formatTimestamp(finishedMs) } };
}

function initStatus(pod: Pod, container: Container, index: number, life: PodLife): ContainerStatus {
  const state = initState(pod, container, index, life);
  const { stage, initRestarts } = life;
  const isCurrent = "index" in stage && stage.index === index;
  return {
    name: container.name,
    ...imageOf(container),
    ready: (state.terminated as { exitCode?: number } | undefined)?.exitCode === 0,
    started: stage.kind === "initializing" && isCurrent,
    restartCount: isCurrent ? initRestarts : 0,
    state,
  };
}

function initState(pod: Pod, { name }: Container, index: number, { stage, delayMs }: PodLife): ContainerState {
  const done = { terminated: { exitCode: 0, reason: "Completed" } };
  if (stage.kind !== "initializing" && stage.kind !== "initWaiting") return done;
  if (index !== stage.index) return index < stage.index ? done : { waiting: { reason: "PodInitializing" } };
  if (stage.kind === "initializing") return { running: { startedAt: formatTimestamp(stage.sinceMs) } };
  return delayMs === 0 ? { terminated: { exitCode: stage.exitCode, reason: "Error" } } : { waiting: crashLoop(pod, name, delayMs) };
}

function imageOf({ image }: Container): { image?: string } {
  return image === undefined ? {} : { image };
}
