import type { Snapshot } from "@loopway/kube";
import type { Deployment, Pod, ReplicaSet } from "@loopway/model";
import { controllerOf } from "../owner.ts";
import { isFinished } from "../pod-state.ts";
import type { Sizes } from "./plan-rolling.ts";
import { type ReplicaSets, replicasOf } from "./replica-sets.ts";

export interface RecreateStep {
  sizes: Sizes;
  /** No pod of an earlier revision runs any more: the current ReplicaSet may have its pods. */
  mayStart: boolean;
}

/** First all old pods go, then the new ones come. Kubernetes, pkg/controller/deployment/recreate.go. */
export function planRecreate(deployment: Deployment, sets: ReplicaSets, snapshot: Snapshot): RecreateStep {
  const active = sets.old.filter((replicaSet) => replicasOf(replicaSet) > 0);
  if (active.length > 0) return { sizes: new Map(active.map(({ metadata }) => [metadata.name, 0])), mayStart: false };
  if (hasRunningPods(sets.old, deployment, snapshot)) return { sizes: new Map(), mayStart: false };
  const { current } = sets;
  const desired = deployment.spec.replicas ?? 1;
  const grows = current !== undefined && replicasOf(current) !== desired;
  return { sizes: new Map(grows ? [[current.metadata.name, desired]] : []), mayStart: true };
}

/** Pods that are being deleted still run. */
function hasRunningPods(old: readonly ReplicaSet[], { metadata }: Deployment, snapshot: Snapshot): boolean {
  const uids = new Set(old.map((replicaSet) => replicaSet.metadata.uid));
  const isOld = (pod: Pod) => {
    const owner = controllerOf(pod);
    return owner !== undefined && uids.has(owner.uid);
  };
  const pods = snapshot.list<Pod>("Pod", metadata.namespace === undefined ? {} : { namespace: metadata.namespace });
  return old.some(({ status }) => (status?.replicas ?? 0) > 0) || pods.some((pod) => isOld(pod) && !isFinished(pod));
}
