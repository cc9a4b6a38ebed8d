/**
 * Which pods of a StatefulSet are to be made or deleted next. Kubernetes, "StatefulSet"; pkg/controller/statefulset, updateStatefulSet.
 *
 *   OrderedReady   one step at a time: pod n is made when 0 … n−1 are available; the highest goes first, and only when it is gone the next
 *   Parallel       all at once, both ways
 *   rolling update from the highest ordinal down to the partition, one at a time, each available before the next goes
 */
import type { Pod, StatefulSet } from "@loopway/model";
import { isAvailable, isFinished } from "../pod-state.ts";
import { revisionOfPod } from "../revisions.ts";

export interface PodPlan {
  create: { ordinal: number; revision: string }[];
  remove: Pod[];
}

export interface PlanInput {
  set: StatefulSet;
  pods: ReadonlyMap<number, Pod>;
  /** Names of revisions: the one to which pods are updated, and the one they had. */
  update: string;
  current: string;
  now: number;
}

export function planPods(input: PlanInput): PodPlan {
  const { set, pods, now } = input;
  const start = set.spec.ordinals?.start ?? 0;
  const end = start + (set.spec.replicas ?? 1);
  const isOrdered = set.spec.podManagementPolicy !== "Parallel";
  const isSteady = (pod: Pod) => pod.metadata.deletionTimestamp === undefined && isAvailable(pod, set.spec.minReadySeconds ?? 0, now);
  const plan: PodPlan = { create: [], remove: [] };
  for (let ordinal = start; ordinal < end; ordinal++) {
    const pod = pods.get(ordinal);
    if (pod === undefined) plan.create.push({ ordinal, revision: revisionFor(ordinal - start, input) });
    else if (isFinished(pod) && pod.metadata.deletionTimestamp === undefined) plan.remove.push(pod);
    else if (isSteady(pod)) continue;
    if (isOrdered) return plan;
  }
  const condemned = [...pods].filter(([ordinal]) => ordinal < start || ordinal >= end).sort(([left], [right]) => right - left);
  for (const [, pod] of condemned) {
    if (pod.metadata.deletionTimestamp === undefined) plan.remove.push(pod);
    if (isOrdered) return plan;
  }
  if (plan.create.length + plan.remove.length > 0 || set.spec.updateStrategy?.type === "OnDelete") return plan;
  const first = start + (set.spec.updateStrategy?.rollingUpdate?.partition ?? 0);
  for (let ordinal = end - 1; ordinal >= first; ordinal--) {
    const pod = pods.get(ordinal);
    if (pod === undefined || pod.metadata.deletionTimestamp !== undefined) return plan;
    if (revisionOfPod(pod) !== input.update) return { ...plan, remove: [pod] };
    if (!isSteady(pod)) return plan;
  }
  return plan;
}

/** In an update that is under way a pod that has not had its turn comes back as it was. */
function revisionFor(index: number, { set, update, current }: PlanInput): string {
  const { partition } = set.spec.updateStrategy?.rollingUpdate ?? {};
  const keeps = partition === undefined || partition === 0 ? (set.status?.currentReplicas ?? 0) : partition;
  return index < keeps ? current : update;
}
