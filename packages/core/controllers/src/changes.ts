import { type Change, isEqual } from "@loopway/kube";
import type { KubeObject, Pod } from "@loopway/model";

/** The update from `object` to `next`, or nothing where they are equal. */
export function updateChange(object: KubeObject, next: KubeObject): Change[] {
  return isEqual(object, next) ? [] : [{ op: "update", object: next }];
}

/**
 * The write of the status, or nothing where it is equal. It names no resourceVersion, because an update of the same object may stand before
 * it in the transaction and move that on.
 */
export function statusChange(object: KubeObject, status: unknown): Change[] {
  if (isEqual(object.status, status)) return [];
  const { resourceVersion: _resourceVersion, ...metadata } = object.metadata;
  return [{ op: "updateStatus", object: { ...object, metadata, status } }];
}

/** The deletion of this very object: one made anew under its name stays. */
export function deletionChange({ kind, metadata: { namespace, name, uid } }: KubeObject): Extract<Change, { op: "delete" }> {
  return { op: "delete", kind, name, ...(namespace === undefined ? {} : { namespace }), ...(uid === undefined ? {} : { uid }) };
}

/** The removal of this very pod without grace, as of one whose kubelet will say nothing any more. */
export function removalChange(pod: Pod): Change {
  return { ...deletionChange(pod), force: true };
}
