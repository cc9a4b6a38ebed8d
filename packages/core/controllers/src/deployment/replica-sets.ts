/** The ReplicaSets of one Deployment, and the annotations by which the Deployment controller remembers things on them. */
import { isEqual, type Snapshot } from "@loopway/kube";
import { type Deployment, LAST_APPLIED_ANNOTATION, type ReplicaSet, SOURCE_ANNOTATION } from "@loopway/model";
import { listControlled } from "../owner.ts";
import type { ReplicaBounds } from "./replica-bounds.ts";
import { withoutHash } from "./template-hash.ts";

export const REVISION_ANNOTATION = "deployment.kubernetes.io/revision";
const REVISION_HISTORY_ANNOTATION = "deployment.kubernetes.io/revision-history";
const DESIRED_REPLICAS_ANNOTATION = "deployment.kubernetes.io/desired-replicas";
const MAX_REPLICAS_ANNOTATION = "deployment.kubernetes.io/max-replicas";
/** Annotations of the Deployment that its ReplicaSets do not take over. */
const OWN_ANNOTATIONS = new Set([
  LAST_APPLIED_ANNOTATION,
  REVISION_ANNOTATION,
  REVISION_HISTORY_ANNOTATION,
  DESIRED_REPLICAS_ANNOTATION,
  MAX_REPLICAS_ANNOTATION,
  SOURCE_ANNOTATION,
]);

export interface ReplicaSets {
  /** The one with the Deployment's present template. */
  current: ReplicaSet | undefined;
  /** All others, oldest first. */
  old: ReplicaSet[];
}

export function findReplicaSets(snapshot: Snapshot, deployment: Deployment): ReplicaSets {
  const all = listControlled<ReplicaSet>(snapshot, "ReplicaSet", deployment).sort(compareAge);
  const template = withoutHash(deployment.spec.template);
  const current = all.find((replicaSet) => isEqual(withoutHash(replicaSet.spec.template), template));
  return { current, old: all.filter((replicaSet) => replicaSet !== current) };
}

export function listAll({ current, old }: ReplicaSets): ReplicaSet[] {
  return current === undefined ? [...old] : [...old, current];
}

export function replicasOf({ spec }: ReplicaSet): number {
  return spec.replicas ?? 1;
}

/** By creation, then name. */
export function compareAge({ metadata: left }: ReplicaSet, { metadata: right }: ReplicaSet): number {
  const [leftAge, rightAge] = [`${left.creationTimestamp ?? ""} ${left.name}`, `${right.creationTimestamp ?? ""} ${right.name}`];
  return leftAge < rightAge ? -1 : Number(leftAge > rightAge);
}

export function revisionOf({ metadata }: ReplicaSet): number {
  return Number(metadata.annotations?.[REVISION_ANNOTATION] ?? 0);
}

export function desiredReplicasOf({ metadata }: ReplicaSet): number | undefined {
  return numberIn(metadata.annotations?.[DESIRED_REPLICAS_ANNOTATION]);
}

export function maxReplicasOf({ metadata }: ReplicaSet): number | undefined {
  return numberIn(metadata.annotations?.[MAX_REPLICAS_ANNOTATION]);
}

function numberIn(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

export function sizeAnnotations({ desired, maxSurge }: ReplicaBounds): Record<string, string> {
  return { [DESIRED_REPLICAS_ANNOTATION]: String(desired), [MAX_REPLICAS_ANNOTATION]: String(desired + maxSurge) };
}

/**
 * The annotations of the current ReplicaSet: the Deployment's, and the revision, which only rises. One that comes back by a rollback keeps
 * the list of the revisions it had. Kubernetes, deployment util, SetNewReplicaSetAnnotations.
 */
export function currentAnnotations(deployment: Deployment, current: ReplicaSet | undefined, revision: number): Record<string, string> {
  const inherited = Object.entries(deployment.metadata.annotations ?? {}).filter(([name]) => !OWN_ANNOTATIONS.has(name));
  const annotations = { ...current?.metadata.annotations, ...Object.fromEntries(inherited) };
  const before = current === undefined ? 0 : revisionOf(current);
  if (before >= revision) return annotations;
  const history = [annotations[REVISION_HISTORY_ANNOTATION], before > 0 ? String(before) : undefined].filter(Boolean).join(",");
  return { ...annotations, [REVISION_ANNOTATION]: String(revision), ...(history && { [REVISION_HISTORY_ANNOTATION]: history }) };
}
