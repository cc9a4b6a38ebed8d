import { formatTimestamp, matchesSelector, type Snapshot } from "@loopway/kube";
import type { Condition, Deployment, KubeObject, Pod, PodDisruptionBudget, ReplicaSet } from "@loopway/model";
import { controllerOf } from "../owner.ts";
import { isActive, isReady } from "../pod-state.ts";
import { scaledValue } from "../scaled-value.ts";

type BudgetStatus = NonNullable<PodDisruptionBudget["status"]>;

/** The pods that a budget protects; an empty selector means all of the namespace. */
function protectedPods(snapshot: Snapshot, { metadata, spec }: PodDisruptionBudget): Pod[] {
  if (spec?.selector === undefined) return [];
  const scope = metadata.namespace === undefined ? {} : { namespace: metadata.namespace };
  const { selector } = spec;
  return snapshot.list<Pod>("Pod", scope).filter((pod) => isActive(pod) && matchesSelector(selector, pod.metadata.labels));
}

/**
 * How many pods there should be, are, must stay, and may go now. Shares round up, of the pods that the controllers want; a plain minAvailable
 * looks at the pods that there are. Kubernetes, pkg/controller/disruption, getExpectedPodCount, updatePdbStatus.
 */
export function budgetStatus(snapshot: Snapshot, budget: PodDisruptionBudget, now: number): BudgetStatus {
  const pods = protectedPods(snapshot, budget);
  const { minAvailable, maxUnavailable } = budget.spec ?? {};
  const isOfPods = maxUnavailable === undefined && typeof minAvailable !== "string";
  const expectedPods = isOfPods ? pods.length : wantedPods(snapshot, pods);
  const desiredHealthy =
    maxUnavailable === undefined
      ? scaledValue(minAvailable ?? 0, expectedPods, Math.ceil)
      : Math.max(0, expectedPods - scaledValue(maxUnavailable, expectedPods, Math.ceil));
  const currentHealthy = pods.filter(isReady).length;
  const disruptionsAllowed = expectedPods === 0 ? 0 : Math.max(0, currentHealthy - desiredHealthy);
  const { generation } = budget.metadata;
  return {
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    expectedPods,
    currentHealthy,
    desiredHealthy,
    disruptionsAllowed,
    conditions: [condition(budget, disruptionsAllowed > 0, now)],
  };
}

/** The sum of what the pods' controllers ask for, each controller once; a pod of nobody counts for itself. */
function wantedPods(snapshot: Snapshot, pods: readonly Pod[]): number {
  const seen = new Map<string, number>();
  for (const pod of pods) {
    const owner = scaleOwner(snapshot, pod);
    seen.set(
      owner?.metadata.uid ?? pod.metadata.uid ?? pod.metadata.name,
      owner === undefined ? 1 : ((owner as Deployment).spec.replicas ?? 1),
    );
  }
  return [...seen.values()].reduce((sum, count) => sum + count, 0);
}

/** The Deployment above the ReplicaSet, or what else manages the pod and has a scale. */
function scaleOwner(snapshot: Snapshot, object: KubeObject): KubeObject | undefined {
  const reference = controllerOf(object);
  if (reference === undefined || !["ReplicaSet", "Deployment", "StatefulSet"].includes(reference.kind)) return undefined;
  const owner = snapshot.get<ReplicaSet>(reference.kind, object.metadata.namespace, reference.name);
  return owner === undefined ? undefined : (scaleOwner(snapshot, owner) ?? owner);
}

function condition({ status, metadata }: PodDisruptionBudget, isAllowed: boolean, now: number): Condition {
  const before = status?.conditions?.find(({ type }) => type === "DisruptionAllowed");
  const value = isAllowed ? "True" : "False";
  return {
    type: "DisruptionAllowed",
    status: value,
    reason: isAllowed ? "SufficientPods" : "InsufficientPods",
    message: "",
    ...(metadata.generation === undefined ? {} : { observedGeneration: metadata.generation }),
    lastTransitionTime: before?.status === value ? (before.lastTransitionTime ?? formatTimestamp(now)) : formatTimestamp(now),
  };
}
