import type { KubeObject, Namespace } from "@loopway/model";

/** Whether something still has to be done before the object may go. A Namespace holds its finalizers in the spec as well (core/v1 NamespaceSpec). */
export function isHeld(object: KubeObject): boolean {
  if ((object.metadata.finalizers ?? []).length > 0) return true;
  if (object.kind !== "Namespace") return false;
  const { finalizers = [] } = (object as Namespace).spec ?? {};
  return finalizers.length > 0;
}
