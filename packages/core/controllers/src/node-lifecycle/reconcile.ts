import { type Change, type Controller, formatTimestamp, type ReconcileInput, type ReconcileResult, type Snapshot } from "@loopway/kube";
import { type Condition, type KubeObject, type Node, objectKey, type Pod, timings } from "@loopway/model";
import { deletionChange, statusChange, updateChange } from "../changes.ts";
import { isNodeReady } from "../node-state.ts";
import { ownKey } from "../owner.ts";
import { isActive, isReady } from "../pod-state.ts";
import { evictAtMs } from "./evict-at.ts";
import { nodeTaints } from "./node-taints.ts";

const COMPONENT = "taint-eviction-controller";

/**
 * What follows from a node's state: taints, pods that no longer count as ready, pods that have to leave. Whether a node is Ready is written by
 * who watches its processes. Keys: Nodes.
 */
export const nodeLifecycleController: Controller = {
  name: "node-lifecycle",
  watches: [
    { kind: "Node", keysOf: ownKey },
    { kind: "Pod", keysOf: (object, _previous, snapshot) => taintedNodeOf(object as Pod | undefined, snapshot) },
  ],
  reconcile: reconcileNode,
};

/** A pod concerns us only on a node that it may have to leave. */
function taintedNodeOf(pod: Pod | undefined, snapshot: Snapshot): readonly string[] {
  const node = snapshot.get<Node>("Node", undefined, pod?.spec.nodeName ?? "");
  return node?.spec?.taints?.some(({ effect }) => effect === "NoExecute") === true ? [node.metadata.name] : [];
}

function reconcileNode({ snapshot, key, now, settings }: ReconcileInput): ReconcileResult {
  const node = snapshot.get<Node>("Node", undefined, key);
  if (node === undefined || node.metadata.deletionTimestamp !== undefined) return { changes: [] };
  const taints = nodeTaints(node, now);
  const pods = snapshot.list<Pod>("Pod").filter((pod) => pod.spec.nodeName === key && isActive(pod));
  const isLost = !isNodeReady(node);
  const { taints: _, ...spec } = node.spec ?? {};
  const next: Node = { ...node, spec: taints.length === 0 ? spec : { ...spec, taints } };
  const changes: Change[] = updateChange(node, next);
  const times: number[] = [];
  for (const pod of pods) {
    const leaveAtMs = evictAtMs(pod, taints, settings.timings?.eviction ?? timings.eviction);
    if (leaveAtMs !== undefined && leaveAtMs <= now) changes.push(...eviction(pod));
    else if (leaveAtMs !== undefined) times.push(leaveAtMs - now);
    if (isLost && isReady(pod)) changes.push(...statusChange(pod, unready(pod, now)));
  }
  return times.length === 0 ? { changes } : { changes, requeueAfterMs: Math.min(...times) };
}

function eviction(pod: Pod): Change[] {
  const message = `Marking for deletion Pod ${objectKey(pod)}`;
  return [
    { op: "event", type: "Normal", reason: "TaintManagerEviction", message, about: pod as KubeObject, component: COMPONENT },
    deletionChange(pod),
  ];
}

/** Its kubelet cannot say so any more. Kubernetes, pkg/controller/util/node, MarkPodsNotReady. */
function unready({ status }: Pod, now: number): NonNullable<Pod["status"]> {
  const conditions = (status?.conditions ?? []).map(
    (condition): Condition =>
      condition.type === "Ready" ? { ...condition, status: "False", lastTransitionTime: formatTimestamp(now) } : condition,
  );
  return { ...status, conditions };
}
