import type { Change, Controller, ReconcileInput, ReconcileResult, Snapshot } from "@loopway/kube";
import type { Deployment, KubeObject, ReplicaSet } from "@loopway/model";
import { deletionChange, statusChange, updateChange } from "../changes.ts";
import { controllerKey, controllerOf, getByKey, ownKey } from "../owner.ts";
import { buildReplicaSet, type NewReplicaSet } from "./build-replica-set.ts";
import { buildStatus, isComplete, stuckCheckAfterMs } from "./build-status.ts";
import { planRecreate } from "./plan-recreate.ts";
import { currentSize, planRolling, type Sizes } from "./plan-rolling.ts";
import { isScaled, planScaling } from "./plan-scaling.ts";
import { isRollingUpdate, type ReplicaBounds, replicaBounds } from "./replica-bounds.ts";
import {
  currentAnnotations,
  findReplicaSets,
  listAll,
  REVISION_ANNOTATION,
  type ReplicaSets,
  replicasOf,
  revisionOf,
  sizeAnnotations,
} from "./replica-sets.ts";

const COMPONENT = "deployment-controller";
const DEFAULT_REVISION_HISTORY_LIMIT = 10; // apps/v1 defaults

/** Deployment → ReplicaSets: one per template, sized step by step as the strategy allows. Keys: Deployments. */
export const deploymentController: Controller = {
  name: "deployment",
  watches: [
    { kind: "Deployment", keysOf: ownKey },
    { kind: "ReplicaSet", keysOf: (object, previous) => controllerKey(object ?? previous, "Deployment") },
    // Only Recreate waits for single pods, and only for their end.
    { kind: "Pod", keysOf: (object, previous, snapshot) => (object === undefined ? deploymentOfPod(previous, snapshot) : []) },
  ],
  reconcile: reconcileDeployment,
};

/** What one reconcile wants of the ReplicaSets. */
interface RolloutStep {
  sizes: Sizes;
  /** Size of the current ReplicaSet, which is yet to be made. */
  createdSize?: number;
}

function reconcileDeployment({ snapshot, key, now }: ReconcileInput): ReconcileResult {
  const deployment = getByKey<Deployment>(snapshot, "Deployment", key);
  if (deployment === undefined || deployment.metadata.deletionTimestamp !== undefined) return { changes: [] };
  const sets = findReplicaSets(snapshot, deployment);
  const bounds = replicaBounds(deployment);
  const revision = Math.max(0, ...sets.old.map(revisionOf)) + 1;
  const step = planStep(deployment, sets, { bounds, snapshot });
  const created =
    step.createdSize === undefined ? undefined : buildIfFree(deployment, { size: step.createdSize, bounds, revision }, snapshot);
  const status = buildStatus({ deployment, sets, bounds, created: created?.metadata.name, now });
  const isIdle = created === undefined && step.sizes.size === 0;
  const changes: Change[] = [
    ...(created === undefined ? [] : creationChanges(created, deployment)),
    ...listAll(sets).flatMap((replicaSet) => resizeChanges(replicaSet, deployment, { bounds, step, revision, sets })),
    ...(deployment.spec.paused === true || (isIdle && isComplete(status, bounds)) ? historyChanges(deployment, sets) : []),
    ...revisionChange(deployment, sets, created === undefined ? undefined : revision),
    ...statusChange(deployment, status),
  ];
  const requeueAfterMs = stuckCheckAfterMs(deployment, status, now);
  return requeueAfterMs === undefined ? { changes } : { changes, requeueAfterMs };
}

function planStep(
  deployment: Deployment,
  sets: ReplicaSets,
  { bounds, snapshot }: { bounds: ReplicaBounds; snapshot: Snapshot },
): RolloutStep {
  if (deployment.spec.paused === true || isScaled(deployment, sets, bounds)) return { sizes: planScaling(deployment, sets, bounds) };
  if (isRollingUpdate(deployment.spec)) {
    return sets.current === undefined ? { sizes: new Map(), createdSize: currentSize(sets, bounds) } : { sizes: planRolling(sets, bounds) };
  }
  const { sizes, mayStart } = planRecreate(deployment, sets, snapshot);
  return sets.current === undefined && mayStart ? { sizes, createdSize: bounds.desired } : { sizes };
}

/** Undefined while a ReplicaSet of that name belongs to somebody else, such as a Deployment just deleted. */
function buildIfFree(deployment: Deployment, wanted: NewReplicaSet, snapshot: Snapshot): ReplicaSet | undefined {
  const built = buildReplicaSet(deployment, wanted);
  return snapshot.get("ReplicaSet", built.metadata.namespace, built.metadata.name) === undefined ? built : undefined;
}

function creationChanges(created: ReplicaSet, deployment: Deployment): Change[] {
  const size = replicasOf(created);
  const changes: Change[] = [{ op: "create", object: created }];
  return size === 0 ? changes : [...changes, scaledEvent(created.metadata.name, { from: 0, to: size }, deployment)];
}

interface ResizeContext {
  bounds: ReplicaBounds;
  step: RolloutStep;
  revision: number;
  sets: ReplicaSets;
}

/** One update for all that changes on a ReplicaSet: its size, and on the current one what it takes over from the Deployment. */
function resizeChanges(replicaSet: ReplicaSet, deployment: Deployment, { bounds, step, revision, sets }: ResizeContext): Change[] {
  const isCurrent = replicaSet === sets.current;
  const from = replicasOf(replicaSet);
  const to = step.sizes.get(replicaSet.metadata.name);
  const inherited = isCurrent ? currentAnnotations(deployment, replicaSet, revision) : replicaSet.metadata.annotations;
  const { minReadySeconds } = isCurrent ? deployment.spec : replicaSet.spec;
  const next: ReplicaSet = {
    ...replicaSet,
    metadata: { ...replicaSet.metadata, annotations: { ...inherited, ...(to === undefined ? {} : sizeAnnotations(bounds)) } },
    spec: { ...replicaSet.spec, ...(minReadySeconds === undefined ? {} : { minReadySeconds }), replicas: to ?? from },
  };
  const changes = updateChange(replicaSet, next);
  return to === undefined || to === from ? changes : [...changes, scaledEvent(replicaSet.metadata.name, { from, to }, deployment)];
}

function scaledEvent(name: string, { from, to }: { from: number; to: number }, about: KubeObject): Change {
  const message = `Scaled ${to > from ? "up" : "down"} replica set ${name} from ${from} to ${to}`;
  return { op: "event", type: "Normal", reason: "ScalingReplicaSet", message, about, component: COMPONENT };
}

/** Old ReplicaSets beyond the history limit go, the earliest revisions first; never one that still has pods. */
function historyChanges({ spec }: Deployment, { old }: ReplicaSets): Change[] {
  const surplus = old.length - (spec.revisionHistoryLimit ?? DEFAULT_REVISION_HISTORY_LIMIT);
  if (surplus <= 0) return [];
  return [...old]
    .sort((left, right) => revisionOf(left) - revisionOf(right))
    .slice(0, surplus)
    .filter(isSpent)
    .map(deletionChange);
}

function isSpent({ metadata, spec, status }: ReplicaSet): boolean {
  const isObserved = (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
  return spec.replicas === 0 && (status?.replicas ?? 0) === 0 && isObserved && metadata.deletionTimestamp === undefined;
}

/** The Deployment carries the revision of its current ReplicaSet. */
function revisionChange(deployment: Deployment, { old, current }: ReplicaSets, created: number | undefined): Change[] {
  const revision =
    created ?? (current === undefined ? undefined : Math.max(revisionOf(current), ...old.map((each) => revisionOf(each) + 1)));
  if (revision === undefined) return [];
  const { metadata } = deployment;
  const annotations = { ...metadata.annotations, [REVISION_ANNOTATION]: String(revision) };
  return updateChange(deployment, { ...deployment, metadata: { ...metadata, annotations } });
}

function deploymentOfPod(pod: KubeObject | undefined, snapshot: Snapshot): readonly string[] {
  const owner = pod === undefined ? undefined : controllerOf(pod);
  if (owner?.kind !== "ReplicaSet") return [];
  return controllerKey(snapshot.get("ReplicaSet", pod?.metadata.namespace, owner.name), "Deployment");
}
