import type { Condition, Container, Pod } from "@loopway/model";

type ContainerState =
  | { kind: "waiting"; reason: "ContainerCreating" | "CrashLoopBackOff" }
  | { kind: "running"; startedAt: string }
  | { kind: "terminated"; reason: "Completed" | "Error"; exitCode: number };

/** What the kubelet knows of a pod; one process runs all its containers, so they share state and restarts. */
export interface PodObservation {
  podIP: string;
  hostIP: string | undefined;
  startTime: string;
  state: ContainerState;
  restartCount: number;
  /** Names of containers whose readiness probe holds. */
  readyContainers: ReadonlySet<string>;
}

export type PodStatus = NonNullable<Pod["status"]>;

/**
 * Pure. `before`: the status written last, which the pod may not show yet. Conditions of others (readiness gates) stay as they are; a
 * condition keeps its time of transition until its status changes.
 */
export function buildPodStatus(
  pod: Pod,
  observation: PodObservation,
  { before, now }: { before: PodStatus | undefined; now: string },
): PodStatus {
  const { podIP, hostIP, startTime, state, readyContainers } = observation;
  const isContainersReady = state.kind === "running" && pod.spec.containers.every(({ name }) => readyContainers.has(name));
  const shown = pod.status?.conditions ?? [];
  const previous = before?.conditions ?? shown;
  const gates = pod.spec.readinessGates ?? [];
  const areGatesOpen = gates.every(({ conditionType }) => shown.some(({ type, status }) => type === conditionType && status === "True"));
  const unready = { reason: "ContainersNotReady", message: unreadyMessage(pod.spec.containers, readyContainers) };
  const own: Condition[] = [
    condition("PodScheduled", true),
    condition("Initialized", true),
    condition("ContainersReady", isContainersReady, unready),
    condition("Ready", isContainersReady && areGatesOpen, isContainersReady ? { reason: "ReadinessGatesNotReady" } : unready),
  ];
  const foreign = shown.filter(({ type }) => own.every((condition) => condition.type !== type));
  return {
    phase: (before ?? pod.status)?.phase === "Running" || state.kind === "running" ? "Running" : "Pending",
    podIP,
    podIPs: [{ ip: podIP }],
    ...(hostIP === undefined ? {} : { hostIP }),
    startTime,
    conditions: [...own.map((condition) => withTransition(condition, previous, now)), ...foreign],
    containerStatuses: pod.spec.containers.map((container) => containerStatus(container, observation)),
  };
}

function condition(type: string, isTrue: boolean, otherwise: { reason?: string; message?: string } = {}): Condition {
  return isTrue ? { type, status: "True" } : { type, status: "False", ...otherwise };
}

function withTransition(condition: Condition, previous: readonly Condition[], now: string): Condition {
  const before = previous.find(({ type }) => type === condition.type);
  const lastTransitionTime = before?.status === condition.status ? (before.lastTransitionTime ?? now) : now;
  return { ...condition, lastTransitionTime };
}

function unreadyMessage(containers: readonly Container[], ready: ReadonlySet<string>): string {
  const names = containers.filter(({ name }) => !ready.has(name)).map(({ name }) => name);
  return `containers with unready status: [${names.join(" ")}]`;
}

function containerStatus(container: Container, { state, restartCount, readyContainers }: PodObservation) {
  const { kind, ...rest } = state;
  return {
    name: container.name,
    ...(container.image === undefined ? {} : { image: container.image }),
    ready: kind === "running" && readyContainers.has(container.name),
    started: kind === "running",
    restartCount,
    state: { [kind]: rest },
  };
}
