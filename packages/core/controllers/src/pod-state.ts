/** What controllers read from a pod's state. Kubernetes, pkg/api/v1/pod/util.go and pkg/controller/controller_utils.go. */
import type { Condition, Pod } from "@loopway/model";
import { parseTime } from "./parse-time.ts";

export function readyCondition(pod: Pod): Condition | undefined {
  return pod.status?.conditions?.find(({ type }) => type === "Ready");
}

export function isReady(pod: Pod): boolean {
  return readyCondition(pod)?.status === "True";
}

/** Ready, and for at least `minReadySeconds`. */
export function isAvailable(pod: Pod, minReadySeconds: number, now: number): boolean {
  return isReady(pod) && (minReadySeconds === 0 || availableInMs(pod, minReadySeconds, now) <= 0);
}

/** How long until a ready pod counts as available; not positive when it does. A ready pod without a transition time waits in full. */
export function availableInMs(pod: Pod, minReadySeconds: number, now: number): number {
  return (parseTime(readyCondition(pod)?.lastTransitionTime) ?? now) + minReadySeconds * 1000 - now;
}

export function isFinished(pod: Pod): boolean {
  return pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
}

/** Neither finished nor being deleted: what a ReplicaSet counts. */
export function isActive(pod: Pod): boolean {
  return !isFinished(pod) && pod.metadata.deletionTimestamp === undefined;
}
