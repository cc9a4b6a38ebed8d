import { type Controller, matchesSelector, type ReconcileInput, type ReconcileResult, type Snapshot } from "@loopway/kube";
import { type KubeObject, objectKey, type PodDisruptionBudget } from "@loopway/model";
import { statusChange } from "../changes.ts";
import { getByKey, ownKey } from "../owner.ts";
import { budgetStatus } from "./budget-status.ts";

/** PodDisruptionBudget → its status: how many pods may go now. Keys: PodDisruptionBudgets. */
export const disruptionController: Controller = {
  name: "disruption",
  watches: [
    { kind: "PodDisruptionBudget", keysOf: ownKey },
    { kind: "Pod", keysOf: (object, previous, snapshot) => budgetsOf(object ?? previous, snapshot).map(objectKey) },
    { kind: "Deployment", keysOf: budgetsOfNamespace },
    { kind: "StatefulSet", keysOf: budgetsOfNamespace },
  ],
  reconcile: reconcileBudget,
};

/** The budgets that protect this pod. */
export function budgetsOf(pod: KubeObject | undefined, snapshot: Snapshot): PodDisruptionBudget[] {
  if (pod === undefined) return [];
  return listIn(pod, snapshot).filter(({ spec }) => spec?.selector !== undefined && matchesSelector(spec.selector, pod.metadata.labels));
}

function budgetsOfNamespace(object: KubeObject | undefined, previous: KubeObject | undefined, snapshot: Snapshot): readonly string[] {
  const workload = object ?? previous;
  return workload === undefined ? [] : listIn(workload, snapshot).map(objectKey);
}

function listIn({ metadata }: KubeObject, snapshot: Snapshot): readonly PodDisruptionBudget[] {
  return snapshot.list<PodDisruptionBudget>(
    "PodDisruptionBudget",
    metadata.namespace === undefined ? {} : { namespace: metadata.namespace },
  );
}

function reconcileBudget({ snapshot, key, now }: ReconcileInput): ReconcileResult {
  const budget = getByKey<PodDisruptionBudget>(snapshot, "PodDisruptionBudget", key);
  return { changes: budget === undefined ? [] : statusChange(budget, budgetStatus(snapshot, budget, now)) };
}
