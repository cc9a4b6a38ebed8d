import type { Change, Controller, ReconcileInput, ReconcileResult, Snapshot } from "@loopway/kube";
import type { Pod, ReplicaSet } from "@loopway/model";
import { deletionChange, statusChange } from "../changes.ts";
import { controllerKey, controllerOf, getByKey, listControlled, ownKey } from "../owner.ts";
import { isActive } from "../pod-state.ts";
import { generateName } from "../random-suffix.ts";
import { withReadinessGates } from "../target-registration/inject-readiness-gates.ts";
import { buildPod, podNameBase } from "./build-pod.ts";
import { buildStatus, nextAvailableInMs } from "./build-status.ts";
import { rankForDeletion } from "./rank-pods.ts";

const COMPONENT = "replicaset-controller";
/** Pods made or deleted in one reconcile at most. Kubernetes, replica_set.go, BurstReplicas. */
const BURST = 500;

/** ReplicaSet → Pods: as many as asked for. Keys: ReplicaSets. */
export const replicaSetController: Controller = {
  name: "replica-set",
  watches: [
    { kind: "ReplicaSet", keysOf: ownKey },
    { kind: "Pod", keysOf: (object, previous) => controllerKey(object ?? previous, "ReplicaSet") },
  ],
  reconcile: reconcileReplicaSet,
};

function reconcileReplicaSet({ snapshot, key, now, random }: ReconcileInput): ReconcileResult {
  const replicaSet = getByKey<ReplicaSet>(snapshot, "ReplicaSet", key);
  if (replicaSet === undefined) return { changes: [] };
  const active = listControlled<Pod>(snapshot, "Pod", replicaSet).filter(isActive);
  const isDeleted = replicaSet.metadata.deletionTimestamp !== undefined;
  const surplus = isDeleted ? 0 : active.length - (replicaSet.spec.replicas ?? 1);
  const changes: Change[] = [
    ...(surplus < 0 ? creations(replicaSet, Math.min(BURST, -surplus), { snapshot, random }) : []),
    ...(surplus > 0 ? deletions(replicaSet, active, { count: Math.min(BURST, surplus), snapshot, now }) : []),
    ...statusChange(replicaSet, buildStatus(replicaSet, active, now)),
  ];
  const requeueAfterMs = nextAvailableInMs(replicaSet, active, now);
  return requeueAfterMs === undefined ? { changes } : { changes, requeueAfterMs };
}

function creations(replicaSet: ReplicaSet, count: number, { snapshot, random }: Pick<ReconcileInput, "snapshot" | "random">): Change[] {
  const { namespace } = replicaSet.metadata;
  const given = new Set<string>();
  const isTaken = (name: string) => given.has(name) || snapshot.get("Pod", namespace, name) !== undefined;
  const changes: Change[] = [];
  for (let made = 0; made < count; made++) {
    const name = generateName(podNameBase(replicaSet), random, isTaken);
    given.add(name);
    changes.push(
      { op: "create", object: withReadinessGates(buildPod(replicaSet, name), snapshot) },
      eventAbout(replicaSet, "SuccessfulCreate", `Created pod: ${name}`),
    );
  }
  return changes;
}

interface DeletionContext {
  count: number;
  snapshot: Snapshot;
  now: number;
}

function deletions(replicaSet: ReplicaSet, active: readonly Pod[], { count, snapshot, now }: DeletionContext): Change[] {
  const ranked = rankForDeletion(active, relatedPods(replicaSet, snapshot), now);
  return ranked
    .slice(0, count)
    .flatMap((pod) => [deletionChange(pod), eventAbout(replicaSet, "SuccessfulDelete", `Deleted pod: ${pod.metadata.name}`)]);
}

/** The pods of all ReplicaSets that share this one's owner, its own included. */
function relatedPods(replicaSet: ReplicaSet, snapshot: Snapshot): Pod[] {
  const owner = controllerOf(replicaSet)?.uid;
  const { namespace } = replicaSet.metadata;
  const scope = namespace === undefined ? {} : { namespace };
  const related =
    owner === undefined ? [] : snapshot.list<ReplicaSet>("ReplicaSet", scope).filter((other) => controllerOf(other)?.uid === owner);
  const uids = new Set([replicaSet, ...related].map(({ metadata }) => metadata.uid));
  return snapshot.list<Pod>("Pod", scope).filter((pod) => uids.has(controllerOf(pod)?.uid));
}

function eventAbout(about: ReplicaSet, reason: string, message: string): Change {
  return { op: "event", type: "Normal", reason, message, about, component: COMPONENT };
}
