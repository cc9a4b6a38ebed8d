import type { Change, Snapshot } from "@loopway/kube";
import type { Namespace } from "@loopway/model";
import { deletionChange, statusChange } from "../changes.ts";
import { collectedKinds } from "./work.ts";

/** In spec.finalizers of every namespace, written by the API server: holds it until it is empty. */
const NAMESPACE_FINALIZER = "kubernetes";

/**
 * A namespace that is being deleted loses first its objects, then its finalizer; what is left in one that is gone is deleted.
 * Kubernetes, pkg/controller/namespace.
 */
export function drainNamespace(name: string, snapshot: Snapshot): Change[] {
  const namespace = snapshot.get<Namespace>("Namespace", undefined, name);
  if (namespace !== undefined && namespace.metadata.deletionTimestamp === undefined) return [];
  const contents = collectedKinds.filter(({ namespaced }) => namespaced).flatMap(({ kind }) => snapshot.list(kind, { namespace: name }));
  const deletions = contents.filter(({ metadata }) => metadata.deletionTimestamp === undefined).map(deletionChange);
  if (namespace === undefined) return deletions;
  if (contents.length > 0) return [...deletions, ...statusChange(namespace, { ...namespace.status, phase: "Terminating" })];
  // Events come while the rest goes: they hold nothing up and leave with the namespace.
  return [...snapshot.list("Event", { namespace: name }).map(deletionChange), ...releaseChanges(namespace)];
}

function releaseChanges(namespace: Namespace): Change[] {
  const { finalizers = [] } = namespace.spec ?? {};
  if (!finalizers.includes(NAMESPACE_FINALIZER)) return [];
  const left = finalizers.filter((finalizer) => finalizer !== NAMESPACE_FINALIZER);
  return [{ op: "update", object: { ...namespace, spec: { ...namespace.spec, finalizers: left } } }];
}
