import type { Snapshot } from "@loopway/kube";
import { type KubeObject, type OwnerReference, objectKey, splitKey } from "@loopway/model";

/** The one owner that manages the object. Kubernetes, "Owners and Dependents": at most one reference has `controller: true`. */
export function controllerOf(object: KubeObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((reference) => reference.controller === true);
}

/** For an object that `owner` manages. The owner must come from the store: only there it has a uid. */
export function controllerReference(owner: KubeObject): OwnerReference {
  const { name, uid = "" } = owner.metadata;
  return { apiVersion: owner.apiVersion, kind: owner.kind, name, uid, controller: true, blockOwnerDeletion: true };
}

export function isControlledBy(object: KubeObject, owner: KubeObject): boolean {
  return owner.metadata.uid !== undefined && controllerOf(object)?.uid === owner.metadata.uid;
}

/** The objects of the kind, in the owner's namespace, that `owner` manages. */
export function listControlled<T extends KubeObject>(snapshot: Snapshot, kind: string, owner: KubeObject): T[] {
  const { namespace, uid } = owner.metadata;
  if (uid === undefined) return [];
  return [...snapshot.list<T>(kind, { ...(namespace === undefined ? {} : { namespace }), by: { index: controllerUid, value: uid } })];
}

/** Index: the uid of the object's controlling owner. */
export function controllerUid(object: KubeObject): readonly string[] {
  const owner = controllerOf(object);
  return owner === undefined ? [] : [owner.uid];
}

/** The key of the object's controlling owner of that kind, as `keysOf` of a watch wants it: none, or one. */
export function controllerKey(object: KubeObject | undefined, kind: string): readonly string[] {
  if (object === undefined) return [];
  const owner = controllerOf(object);
  if (owner?.kind !== kind) return [];
  const { namespace } = object.metadata;
  return [objectKey({ metadata: namespace === undefined ? { name: owner.name } : { name: owner.name, namespace } })];
}

/** `keysOf` of a watch for a controller whose keys are the watched objects themselves. */
export function ownKey(object: KubeObject | undefined, previous: KubeObject | undefined): readonly string[] {
  const present = object ?? previous;
  return present === undefined ? [] : [objectKey(present)];
}

export function getByKey<T extends KubeObject>(snapshot: Snapshot, kind: string, key: string): T | undefined {
  const { namespace, name } = splitKey(key);
  return snapshot.get<T>(kind, namespace, name);
}
