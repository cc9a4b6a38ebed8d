import type { Change, Controller, ReconcileInput, ReconcileResult } from "@loopway/kube";
import type { Pod, StatefulSet } from "@loopway/model";
import { deletionChange, statusChange } from "../changes.ts";
import { controllerKey, getByKey, listControlled, ownKey } from "../owner.ts";
import { podFromTemplate } from "../pod-from-template.ts";
import { availableInMs, isAvailable, isReady } from "../pod-state.ts";
import { planRevisions, revisionLabel, revisionOfPod } from "../revisions.ts";
import { withReadinessGates } from "../target-registration/inject-readiness-gates.ts";
import { planPods } from "./plan-pods.ts";

const COMPONENT = "statefulset-controller";

/** StatefulSet → Pods with names that stay, one after the other. Keys: StatefulSets. */
export const statefulSetController: Controller = {
  name: "stateful-set",
  watches: [
    { kind: "StatefulSet", keysOf: ownKey },
    { kind: "Pod", keysOf: (object, previous) => controllerKey(object ?? previous, "StatefulSet") },
  ],
  reconcile: reconcileStatefulSet,
};

function reconcileStatefulSet({ snapshot, key, now }: ReconcileInput): ReconcileResult {
  const set = getByKey<StatefulSet>(snapshot, "StatefulSet", key);
  if (set === undefined || set.metadata.deletionTimestamp !== undefined) return { changes: [] };
  const owned = listControlled<Pod>(snapshot, "Pod", set);
  const pods = new Map(owned.map((pod) => [ordinalOf(pod), pod]));
  const { update, templateOf, changes } = planRevisions(set, snapshot, new Set(owned.map((pod) => revisionOfPod(pod) ?? "")));
  const current = set.status?.currentRevision ?? update;
  const plan = planPods({ set, pods, update, current, now });
  const created = plan.create.map(({ ordinal, revision }) => buildPod(set, ordinal, revision, templateOf(revision)));
  const status = buildStatus(set, owned, { update, current, now });
  const { minReadySeconds = 0 } = set.spec;
  const waits = owned.filter(isReady).map((pod) => availableInMs(pod, minReadySeconds, now));
  const requeueAfterMs = Math.min(...waits.filter((wait) => minReadySeconds > 0 && wait > 0));
  const result = {
    changes: [
      ...changes,
      ...created.flatMap((pod): Change[] => [{ op: "create", object: withReadinessGates(pod, snapshot) }, told(set, "Create", pod)]),
      ...plan.remove.flatMap((pod): Change[] => [deletionChange(pod), told(set, "Delete", pod)]),
      ...statusChange(set, status),
    ],
  };
  return Number.isFinite(requeueAfterMs) ? { ...result, requeueAfterMs } : result;
}

function ordinalOf({ metadata }: Pod): number {
  return Number(metadata.name.slice(metadata.name.lastIndexOf("-") + 1));
}

function buildPod(set: StatefulSet, ordinal: number, revision: string, template: StatefulSet["spec"]["template"]): Pod {
  const name = `${set.metadata.name}-${ordinal}`;
  const identity = { "statefulset.kubernetes.io/pod-name": name, "apps.kubernetes.io/pod-index": String(ordinal) };
  const pod = podFromTemplate(set, template, { name, labels: { ...revisionLabel(revision), ...identity } });
  const { serviceName } = set.spec;
  return { ...pod, spec: { ...pod.spec, hostname: name, ...(serviceName === undefined ? {} : { subdomain: serviceName }) } };
}

function told(about: StatefulSet, verb: "Create" | "Delete", { metadata }: Pod): Change {
  const message = `${verb.toLowerCase()} Pod ${metadata.name} in StatefulSet ${about.metadata.name} successful`;
  return { op: "event", type: "Normal", reason: `Successful${verb}`, message, about, component: COMPONENT };
}

/** When all pods have the new revision and are ready, it is the current one. */
function buildStatus(
  set: StatefulSet,
  pods: readonly Pod[],
  { update, current, now }: { update: string; current: string; now: number },
): NonNullable<StatefulSet["status"]> {
  const alive = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const of = (revision: string) => alive.filter((pod) => revisionOfPod(pod) === revision).length;
  const ready = alive.filter(isReady).length;
  const isUpdated = of(update) === pods.length && ready === pods.length && pods.length === (set.spec.replicas ?? 1);
  const currentRevision = isUpdated ? update : current;
  return {
    observedGeneration: set.metadata.generation ?? 0,
    replicas: pods.length,
    readyReplicas: ready,
    availableReplicas: alive.filter((pod) => isAvailable(pod, set.spec.minReadySeconds ?? 0, now)).length,
    currentReplicas: of(currentRevision),
    updatedReplicas: of(update),
    currentRevision,
    updateRevision: update,
  };
}
