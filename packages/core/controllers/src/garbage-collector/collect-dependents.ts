import type { Change, Snapshot } from "@loopway/kube";
import { type KubeObject, kinds, type OwnerReference } from "@loopway/model";
import { deletionChange } from "../changes.ts";
import { collectedKinds } from "./work.ts";

/** Everything that names this uid among its owners. */
export function listDependents(snapshot: Snapshot, { metadata }: KubeObject): KubeObject[] {
  // A dependent lives in its owner's namespace, or anywhere when the owner has none (Kubernetes, "Owners and Dependents").
  const { namespace, uid } = metadata;
  if (uid === undefined) return [];
  const options = { ...(namespace === undefined ? {} : { namespace }), by: { index: ownerUids, value: uid } };
  return collectedKinds.flatMap(({ kind }) => snapshot.list(kind, options));
}

function ownerUids({ metadata }: KubeObject): readonly string[] {
  return metadata.ownerReferences?.map(({ uid }) => uid) ?? [];
}

/**
 * The object goes when the last of its owners is gone; while one is left, only the references to those that are gone are taken out.
 * Kubernetes, pkg/controller/garbagecollector, attemptToDeleteItem (background deletion).
 */
export function collectOrphan(object: KubeObject, snapshot: Snapshot): Change[] {
  const { ownerReferences = [], deletionTimestamp } = object.metadata;
  if (ownerReferences.length === 0 || deletionTimestamp !== undefined) return [];
  const left = ownerReferences.filter((reference) => isPresent(reference, object, snapshot));
  if (left.length === ownerReferences.length) return [];
  if (left.length > 0) return [{ op: "update", object: { ...object, metadata: { ...object.metadata, ownerReferences: left } } }];
  return [deletionChange(object)];
}

/** Whether one of its owners is gone. */
export function isOrphaned(object: KubeObject, snapshot: Snapshot): boolean {
  return object.metadata.ownerReferences?.some((reference) => !isPresent(reference, object, snapshot)) === true;
}

/** Of an owner of a kind that is not served here nothing can be known: it counts as present. */
function isPresent({ kind: kindName, name, uid }: OwnerReference, { metadata }: KubeObject, snapshot: Snapshot): boolean {
  const kind = kinds.find((candidate) => candidate.kind === kindName);
  if (kind === undefined) return true;
  return snapshot.get(kindName, kind.namespaced ? metadata.namespace : undefined, name)?.metadata.uid === uid;
}
