import { matchesSelector } from "@loopway/kube";
import type { Pod, ReplicaSet } from "@loopway/model";
import { availableInMs, isAvailable, isReady } from "../pod-state.ts";

/** Counts of the active pods as they are now. Kubernetes, pkg/controller/replicaset/replica_set_utils.go, calculateStatus. */
export function buildStatus(replicaSet: ReplicaSet, active: readonly Pod[], now: number): NonNullable<ReplicaSet["status"]> {
  const { minReadySeconds = 0, template } = replicaSet.spec;
  const templateLabels = { matchLabels: template.metadata?.labels ?? {} };
  return {
    ...replicaSet.status,
    replicas: active.length,
    fullyLabeledReplicas: active.filter(({ metadata }) => matchesSelector(templateLabels, metadata.labels)).length,
    readyReplicas: active.filter(isReady).length,
    availableReplicas: active.filter((pod) => isAvailable(pod, minReadySeconds, now)).length,
    observedGeneration: replicaSet.metadata.generation ?? 0,
  };
}

/** When the next ready pod becomes available; undefined when none is on its way. Milliseconds from now. */
export function nextAvailableInMs({ spec }: ReplicaSet, active: readonly Pod[], now: number): number | undefined {
  const { minReadySeconds = 0 } = spec;
  const waits = active.filter(isReady).map((pod) => availableInMs(pod, minReadySeconds, now));
  const waiting = waits.filter((wait) => wait > 0);
  return minReadySeconds === 0 || waiting.length === 0 ? undefined : Math.min(...waiting);
}
