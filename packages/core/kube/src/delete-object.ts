/**
 * Deletion. Kubernetes, "Finalizers", "Pod termination"; apiserver, registry/rest/delete.go.
 *
 * ```
 *                       no finalizers            finalizers remain
 *  grace 0              removed                  deletionTimestamp set; removed with the last finalizer
 *  grace > 0 (a Pod     deletionTimestamp =      the same, and both must end
 *  bound to a node)     now + grace; removed by
 *                       a delete with grace 0
 * ```
 */
import type { KubeObject, Pod } from "@loopway/model";
import { type ApiFailure, conflict, notFound } from "./failure.ts";
import { isHeld } from "./finalizers.ts";
import { type Draft, formatTimestamp, putObject, removeObject } from "./store.ts";

export interface Deletion {
  kind: string;
  namespace?: string | undefined;
  name: string;
  /** Precondition. */
  uid?: string | undefined;
  /** For pods; absent: the pod's own, else 30. 0 removes at once. */
  gracePeriodSeconds?: number | undefined;
}

/** terminationGracePeriodSeconds when a pod names none. */
const DEFAULT_GRACE_SECONDS = 30;

/** The object as it is afterwards, and whether it is gone. */
export function deleteObject(draft: Draft, deletion: Deletion): { object: KubeObject; removed: boolean } | ApiFailure {
  const { kind, namespace, name, uid } = deletion;
  const current = draft.objects.get(kind, namespace, name);
  if (current === undefined) return notFound(kind, name);
  if (uid !== undefined && uid !== current.metadata.uid) {
    return conflict(kind, name, `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${current.metadata.uid}`);
  }
  const graceSeconds = graceOf(current, deletion.gracePeriodSeconds);
  if (graceSeconds === 0 && !isHeld(current)) {
    return { object: removeObject(draft, current, current), removed: true };
  }
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, generation = 0 } = current.metadata;
  if (deletionTimestamp !== undefined && graceSeconds >= deletionGracePeriodSeconds) return { object: current, removed: false };
  const metadata = {
    ...current.metadata,
    deletionTimestamp: formatTimestamp(draft.context.now + graceSeconds * 1000),
    deletionGracePeriodSeconds: graceSeconds,
    generation: generation + 1,
  };
  return { object: putObject(draft, { ...current, metadata }, current), removed: false };
}

/** Only a pod that runs on a node has something to end gracefully. */
function graceOf(object: KubeObject, asked: number | undefined): number {
  if (object.kind !== "Pod") return 0;
  const { spec, status } = object as Pod;
  const isOver = status?.phase === "Succeeded" || status?.phase === "Failed";
  if (spec.nodeName === undefined || spec.nodeName === "" || isOver) return 0;
  return Math.max(0, asked ?? spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS);
}
