import type { Change, Controller, ReconcileInput, ReconcileResult } from "@loopway/kube";
import { type DaemonSet, type Node, objectKey, type Pod, type Toleration } from "@loopway/model";
import { deletionChange, statusChange } from "../changes.ts";
import { controllerKey, getByKey, listControlled, ownKey } from "../owner.ts";
import { podFromTemplate } from "../pod-from-template.ts";
import { isAvailable, isFinished, isReady } from "../pod-state.ts";
import { generateName } from "../random-suffix.ts";
import { planRevisions, revisionLabel, revisionOfPod } from "../revisions.ts";
import { scaledValue } from "../scaled-value.ts";
import { withReadinessGates } from "../target-registration/inject-readiness-gates.ts";
import { NOT_READY_TAINT, tolerates, UNREACHABLE_TAINT, UNSCHEDULABLE_TAINT } from "../tolerations.ts";

const COMPONENT = "daemonset-controller";

/** DaemonSet → one Pod on each node that takes it. Keys: DaemonSets. */
export const daemonSetController: Controller = {
  name: "daemon-set",
  watches: [
    { kind: "DaemonSet", keysOf: ownKey },
    { kind: "Pod", keysOf: (object, previous) => controllerKey(object ?? previous, "DaemonSet") },
    { kind: "Node", keysOf: (_object, _previous, snapshot) => snapshot.list("DaemonSet").map(objectKey) },
  ],
  reconcile: reconcileDaemonSet,
};

/** Given to each of its pods. Kubernetes, "DaemonSet", taints and tolerations. */
const TOLERATIONS: readonly Toleration[] = [
  { key: NOT_READY_TAINT, operator: "Exists", effect: "NoExecute" },
  { key: UNREACHABLE_TAINT, operator: "Exists", effect: "NoExecute" },
  ...["disk-pressure", "memory-pressure", "pid-pressure"].map(
    (pressure): Toleration => ({ key: `node.kubernetes.io/${pressure}`, operator: "Exists", effect: "NoSchedule" }),
  ),
  { key: UNSCHEDULABLE_TAINT, operator: "Exists", effect: "NoSchedule" },
];

function reconcileDaemonSet({ snapshot, key, now, random }: ReconcileInput): ReconcileResult {
  const set = getByKey<DaemonSet>(snapshot, "DaemonSet", key);
  if (set === undefined || set.metadata.deletionTimestamp !== undefined) return { changes: [] };
  const pods = listControlled<Pod>(snapshot, "Pod", set);
  const nodes = snapshot.list<Node>("Node").filter((node) => takes(node, set));
  const wanted = new Set(nodes.map(({ metadata }) => metadata.name));
  const revisions = planRevisions(set, snapshot, new Set(pods.map((pod) => revisionOfPod(pod) ?? "")));
  const { update } = revisions;
  const isTaken = (name: string) => snapshot.get("Pod", set.metadata.namespace, name) !== undefined;
  const missing = nodes.filter(({ metadata }) => !pods.some(({ spec }) => spec.nodeName === metadata.name));
  const created = missing.map(({ metadata }) =>
    buildPod(set, metadata.name, { update, name: generateName(`${set.metadata.name}-`, random, isTaken) }),
  );
  const removed = podsToRemove(set, pods, { wanted, update, now });
  const status = buildStatus(set, pods, { wanted, update, now });
  return {
    changes: [
      ...revisions.changes,
      ...created.flatMap((pod): Change[] => [{ op: "create", object: withReadinessGates(pod, snapshot) }, told(set, "Create", pod)]),
      ...removed.flatMap((pod): Change[] => [deletionChange(pod), told(set, "Delete", pod)]),
      ...statusChange(set, status),
    ],
  };
}

/** A node that fits the selector and has no taint that the pods do not tolerate. */
function takes({ metadata, spec }: Node, { spec: { template } }: DaemonSet): boolean {
  const { nodeSelector = {}, tolerations = [] } = template.spec;
  const all = [
    ...tolerations,
    ...TOLERATIONS,
    { key: NOT_READY_TAINT, operator: "Exists" },
    { key: UNREACHABLE_TAINT, operator: "Exists" },
  ] as Toleration[];
  const isRepelled = (spec?.taints ?? []).some(
    (taint) => taint.effect !== "PreferNoSchedule" && !all.some((each) => tolerates(each, taint)),
  );
  return !isRepelled && Object.entries(nodeSelector).every(([label, value]) => metadata.labels?.[label] === value);
}

interface RemovalInput {
  wanted: ReadonlySet<string>;
  update: string;
  now: number;
}

/** Those on nodes that do not take it, those that are over, and of the old ones as many as may be unavailable at a time. */
function podsToRemove(set: DaemonSet, pods: readonly Pod[], { wanted, update, now }: RemovalInput): Pod[] {
  const alive = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const misplaced = alive.filter((pod) => !wanted.has(pod.spec.nodeName ?? "") || isFinished(pod));
  const { type, rollingUpdate } = set.spec.updateStrategy ?? {};
  if (type === "OnDelete") return misplaced;
  const steady = alive.filter((pod) => !misplaced.includes(pod));
  const isUp = (pod: Pod) => isAvailable(pod, set.spec.minReadySeconds ?? 0, now);
  const old = steady.filter((pod) => revisionOfPod(pod) !== update);
  const maxUnavailable = Math.max(1, scaledValue(rollingUpdate?.maxUnavailable ?? 1, wanted.size, Math.ceil));
  const budget = Math.max(0, maxUnavailable - (wanted.size - steady.filter(isUp).length));
  // An old pod that serves nobody costs nothing.
  return [...misplaced, ...old.filter((pod) => !isUp(pod)), ...old.filter(isUp).slice(0, budget)];
}

/** Bound by its controller; the real one leaves it to the scheduler, by an affinity to that one node. */
function buildPod(set: DaemonSet, nodeName: string, { update, name }: { update: string; name: string }): Pod {
  const pod = podFromTemplate(set, set.spec.template, { name, generateName: `${set.metadata.name}-`, labels: revisionLabel(update) });
  return { ...pod, spec: { ...pod.spec, nodeName, tolerations: [...(pod.spec.tolerations ?? []), ...TOLERATIONS] } };
}

function told(about: DaemonSet, verb: "Create" | "Delete", { metadata }: Pod): Change {
  const message = `${verb}d pod: ${metadata.name}`;
  return { op: "event", type: "Normal", reason: `Successful${verb}`, message, about, component: COMPONENT };
}

function buildStatus(set: DaemonSet, pods: readonly Pod[], { wanted, update, now }: RemovalInput): NonNullable<DaemonSet["status"]> {
  const placed = pods.filter(({ metadata, spec }) => metadata.deletionTimestamp === undefined && wanted.has(spec.nodeName ?? ""));
  const available = placed.filter((pod) => isAvailable(pod, set.spec.minReadySeconds ?? 0, now)).length;
  return {
    observedGeneration: set.metadata.generation ?? 0,
    desiredNumberScheduled: wanted.size,
    currentNumberScheduled: placed.length,
    numberMisscheduled: pods.length - pods.filter(({ spec }) => wanted.has(spec.nodeName ?? "")).length,
    numberReady: placed.filter(isReady).length,
    updatedNumberScheduled: placed.filter((pod) => revisionOfPod(pod) === update).length,
    numberAvailable: available,
    numberUnavailable: wanted.size - available,
  };
}
