import { type Change, type Controller, formatTimestamp, type ReconcileInput, type ReconcileResult, type Snapshot } from "@loopway/kube";
import { type Condition, type KubeObject, type Pod, timings } from "@loopway/model";
import { removalChange, statusChange } from "../changes.ts";
import { parseTime } from "../parse-time.ts";
import { isFinished } from "../pod-state.ts";

/**
 * Pods bound to a node that no longer exists: after a quarantine they have failed and are removed without grace, so that their owners make
 * others. Kubernetes, pkg/controller/podgc, gcOrphaned; it remembers the quarantine's beginning and marks the pod at its end, here the mark
 * is the memory. Keys: names of Nodes.
 */
export const podGarbageCollector: Controller = {
  name: "pod-garbage-collector",
  watches: [
    { kind: "Node", keysOf: cameOrWent },
    { kind: "Pod", keysOf: (object, _previous, snapshot) => missingNodeOf(object as Pod | undefined, snapshot) },
  ],
  reconcile: collectOrphans,
};

const MARK = { type: "DisruptionTarget", status: "True", reason: "DeletionByPodGC", message: "PodGC: node no longer exists" } as const;

function cameOrWent(object: KubeObject | undefined, previous: KubeObject | undefined): readonly string[] {
  return object !== undefined && previous !== undefined ? [] : [object ?? previous].flatMap((node) => node?.metadata.name ?? []);
}

function missingNodeOf(pod: Pod | undefined, snapshot: Snapshot): readonly string[] {
  return pod === undefined ? [] : nodeOf(pod).filter((name) => snapshot.get("Node", undefined, name) === undefined);
}

/** Index. */
function nodeOf(object: KubeObject): readonly string[] {
  const { nodeName = "" } = (object as Pod).spec;
  return nodeName === "" ? [] : [nodeName];
}

function collectOrphans({ snapshot, key, now, settings }: ReconcileInput): ReconcileResult {
  const pods = snapshot.list<Pod>("Pod", { by: { index: nodeOf, value: key } });
  if (snapshot.get("Node", undefined, key) !== undefined) return { changes: pods.flatMap(unmark) };
  const quarantineMs = settings.timings?.["pod-gc"] ?? timings["pod-gc"];
  const changes: Change[] = [];
  const waitsMs: number[] = [];
  for (const pod of pods.filter((candidate) => !isRemoved(candidate))) {
    const sinceMs = parseTime(markOf(pod)?.lastTransitionTime);
    const leftMs = (sinceMs ?? now) + quarantineMs - now;
    if (leftMs <= 0) changes.push(...removal(pod));
    else waitsMs.push(leftMs);
    if (leftMs > 0 && sinceMs === undefined) changes.push(...statusChange(pod, marked(pod, now)));
  }
  return waitsMs.length === 0 ? { changes } : { changes, requeueAfterMs: Math.min(...waitsMs) };
}

/** Only finalizers hold it. */
function isRemoved({ metadata }: Pod): boolean {
  return metadata.deletionTimestamp !== undefined && metadata.deletionGracePeriodSeconds === 0;
}

/** Its kubelet cannot say that it has ended. */
function removal(pod: Pod): Change[] {
  const failed: Change[] = isFinished(pod) ? [] : statusChange(pod, { ...pod.status, phase: "Failed" });
  return [...failed, removalChange(pod)];
}

function markOf({ status }: Pod): Condition | undefined {
  return status?.conditions?.find(({ type, reason }) => type === MARK.type && reason === MARK.reason);
}

function marked(pod: Pod, now: number): NonNullable<Pod["status"]> {
  return { ...pod.status, conditions: [...(pod.status?.conditions ?? []), { ...MARK, lastTransitionTime: formatTimestamp(now) }] };
}

/** The node is back in time. */
function unmark(pod: Pod): Change[] {
  const mark = markOf(pod);
  const conditions = pod.status?.conditions?.filter((condition) => condition !== mark);
  return mark === undefined ? [] : statusChange(pod, { ...pod.status, conditions });
}
