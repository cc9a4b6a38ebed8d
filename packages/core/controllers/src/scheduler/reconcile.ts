import { type Change, type Controller, formatTimestamp, type ReconcileInput, type ReconcileResult, type Snapshot } from "@loopway/kube";
import { type Condition, type KubeObject, type Node, objectKey, type Pod } from "@loopway/model";
import { statusChange } from "../changes.ts";
import { eventOnce } from "../event-once.ts";
import { controllerOf, controllerUid, getByKey, ownKey } from "../owner.ts";
import { isActive, isFinished } from "../pod-state.ts";
import { findNodes } from "./find-nodes.ts";

const COMPONENT = "default-scheduler";

/**
 * Binds pods to nodes, spread so that each owner's pods stand on as many nodes as possible. A node's change is a new chance for every pod
 * that waits. Keys: Pods.
 */
export const schedulerController: Controller = {
  name: "scheduler",
  watches: [
    { kind: "Pod", keysOf: (object, previous) => (object !== undefined && isWaiting(object as Pod) ? ownKey(object, previous) : []) },
    { kind: "Node", keysOf: (_object, _previous, snapshot) => snapshot.list<Pod>("Pod").filter(isWaiting).map(objectKey) },
  ],
  reconcile: reconcilePod,
};

function isWaiting(pod: Pod): boolean {
  return isActive(pod) && (pod.spec.nodeName ?? "") === "";
}

function reconcilePod({ snapshot, key, now }: ReconcileInput): ReconcileResult {
  const pod = getByKey<Pod>(snapshot, "Pod", key);
  if (pod === undefined || !isWaiting(pod)) return { changes: [] };
  const nodes = snapshot.list<Node>("Node");
  const owner = controllerOf(pod)?.uid;
  const { podsOnNode, siblingsOnNode } = countPods(snapshot, owner);
  const { feasible, refusals } = findNodes(pod, nodes, podsOnNode);
  const node = pickNode(feasible, siblingsOnNode, podsOnNode);
  if (node !== undefined) return { changes: bindingChanges(pod, node, now) };
  return { changes: waitingChanges(pod, unschedulableMessage(nodes.length, refusals), { snapshot, now }) };
}

/** Fewest pods of the same owner, then fewest pods, then the first by name (the snapshot's order). */
function pickNode(nodes: readonly Node[], siblings: (name: string) => number, pods: (name: string) => number): Node | undefined {
  return [...nodes].sort(({ metadata: left }, { metadata: right }) => {
    return siblings(left.name) - siblings(right.name) || pods(left.name) - pods(right.name);
  })[0];
}

type PodCount = (nodeName: string) => number;

function countPods(snapshot: Snapshot, owner: string | undefined): { podsOnNode: PodCount; siblingsOnNode: PodCount } {
  const siblings = new Map<string, number>();
  const owned = owner === undefined ? [] : snapshot.list<Pod>("Pod", { by: { index: controllerUid, value: owner } });
  // A pod on its way out no longer serves its owner, but still takes its place on the node.
  for (const pod of owned.filter(isActive)) {
    const { nodeName = "" } = pod.spec;
    siblings.set(nodeName, (siblings.get(nodeName) ?? 0) + 1);
  }
  const podsOnNode = (value: string) => snapshot.list<Pod>("Pod", { by: { index: takenNode, value } }).length;
  return { podsOnNode, siblingsOnNode: (name) => siblings.get(name) ?? 0 };
}

/** Index: the node on which the pod holds a place. */
function takenNode(object: KubeObject): readonly string[] {
  const { nodeName = "" } = (object as Pod).spec;
  return nodeName === "" || isFinished(object as Pod) ? [] : [nodeName];
}

function bindingChanges(pod: Pod, node: Node, now: number): Change[] {
  const nodeName = node.metadata.name;
  const message = `Successfully assigned ${objectKey(pod)} to ${nodeName}`;
  return [
    { op: "update", object: { ...pod, spec: { ...pod.spec, nodeName } } as KubeObject },
    ...statusChange(pod, withPodScheduled(pod, { type: "PodScheduled", status: "True" }, now)),
    { op: "event", type: "Normal", reason: "Scheduled", message, about: pod, component: COMPONENT },
  ];
}

function waitingChanges(pod: Pod, message: string, { snapshot, now }: { snapshot: Snapshot; now: number }): Change[] {
  const condition: Condition = { type: "PodScheduled", status: "False", reason: "Unschedulable", message };
  return [
    ...statusChange(pod, withPodScheduled(pod, condition, now)),
    ...eventOnce(snapshot, { op: "event", type: "Warning", reason: "FailedScheduling", message, about: pod, component: COMPONENT }),
  ];
}

/** Kubernetes, pkg/scheduler/framework/types.go, FitError; without its sentence on preemption, which there is none of. */
function unschedulableMessage(nodeCount: number, refusals: readonly string[]): string {
  if (nodeCount === 0) return "no nodes available to schedule pods";
  return `0/${nodeCount} nodes are available: ${refusals.join(", ")}.`;
}

function withPodScheduled(pod: Pod, condition: Condition, now: number): NonNullable<Pod["status"]> {
  const conditions = pod.status?.conditions ?? [];
  const before = conditions.find(({ type }) => type === condition.type);
  const lastTransitionTime = before?.status === condition.status ? before.lastTransitionTime : undefined;
  const next = { ...condition, lastTransitionTime: lastTransitionTime ?? formatTimestamp(now) };
  return { ...pod.status, conditions: [...conditions.filter(({ type }) => type !== condition.type), next] };
}
