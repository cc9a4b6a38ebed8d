import type { Change, Snapshot } from "@loopway/kube";
import type { KubeObject, Namespace } from "@loopway/model";
import { deletionChange, statusChange } from "../changes.ts";
import { collectedKinds } from "./work.ts";

/** Holds a namespace until it is empty. In Kubernetes this is the entry "kubernetes" in spec.finalizers, written by the API server. */
const NAMESPACE_FINALIZER = "loopway.dev/namespace";

/**
 * A living namespace gets the finalizer; one that is being deleted loses first its objects, then the finalizer; what is left in one that is
 * gone is deleted. Kubernetes, pkg/controller/namespace.
 */
export function drainNamespace(name: string, snapshot: Snapshot): Change[] {
  const namespace = snapshot.get<Namespace>("Namespace", undefined, name);
  if (namespace !== undefined && namespace.metadata.deletionTimestamp === undefined) return holdChanges(namespace);
  const contents = collectedKinds.filter(({ namespaced }) => namespaced).flatMap(({ kind }) => snapshot.list(kind, { namespace: name }));
  const deletions = contents.filter(({ metadata }) => metadata.deletionTimestamp === undefined).map(deletionChange);
  if (namespace === undefined) return deletions;
  const phase = statusChange(namespace, { ...namespace.status, phase: "Terminating" });
  if (contents.length > 0) return [...deletions, ...phase];
  // Events come while the rest goes: they hold nothing up and leave with the namespace.
  return [...snapshot.list("Event", { namespace: name }).map(deletionChange), ...releaseChanges(namespace)];
}

function holdChanges(namespace: Namespace): Change[] {
  const { finalizers = [] } = namespace.metadata;
  const held = finalizers.includes(NAMESPACE_FINALIZER) ? [] : [withFinalizers(namespace, [...finalizers, NAMESPACE_FINALIZER])];
  return [...held, ...statusChange(namespace, { ...namespace.status, phase: "Active" })];
}

function releaseChanges(namespace: Namespace): Change[] {
  const { finalizers = [] } = namespace.metadata;
  if (!finalizers.includes(NAMESPACE_FINALIZER)) return [];
  return [
    withFinalizers(
      namespace,
      finalizers.filter((finalizer) => finalizer !== NAMESPACE_FINALIZER),
    ),
  ];
}

function withFinalizers(namespace: KubeObject, finalizers: string[]): Change {
  return { op: "update", object: { ...namespace, metadata: { ...namespace.metadata, finalizers } } };
}
