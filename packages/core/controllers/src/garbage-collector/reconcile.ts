import type { Controller, ReconcileInput, ReconcileResult, Snapshot } from "@loopway/kube";
import type { KubeObject } from "@loopway/model";
import { collectOrphan, isOrphaned, listDependents } from "./collect-dependents.ts";
import { drainNamespace } from "./drain-namespace.ts";
import { collectedKinds, collectorKey, parseCollectorKey } from "./work.ts";

/** Deletes what belongs to something that is gone: dependents of their owners, contents of their namespaces. Keys: "Kind namespace/name". */
export const garbageCollector: Controller = {
  name: "garbage-collector",
  watches: collectedKinds.map(({ kind }) => ({ kind, keysOf })),
  reconcile: collect,
};

function keysOf(object: KubeObject | undefined, previous: KubeObject | undefined, snapshot: Snapshot): readonly string[] {
  // Of an owner that goes later its own deletion tells.
  if (object !== undefined) return object.kind === "Namespace" || isOrphaned(object, snapshot) ? [collectorKey(object)] : [];
  if (previous === undefined) return [];
  const dependents = listDependents(snapshot, previous).map(collectorKey);
  if (previous.kind === "Namespace") return [...dependents, collectorKey(previous)];
  const namespace = snapshot.get("Namespace", undefined, previous.metadata.namespace ?? "");
  return namespace?.metadata.deletionTimestamp === undefined ? dependents : [...dependents, collectorKey(namespace)];
}

function collect({ snapshot, key }: ReconcileInput): ReconcileResult {
  const { kind, namespace, name } = parseCollectorKey(key);
  if (kind === "Namespace") return { changes: drainNamespace(name, snapshot) };
  const object = snapshot.get(kind, namespace, name);
  return { changes: object === undefined ? [] : collectOrphan(object, snapshot) };
}
