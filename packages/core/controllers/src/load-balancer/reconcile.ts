// IngressGroup → load balancer, listeners, rules, target groups and bindings, as the AWS Load Balancer Controller does
// (controllers/ingress/group_controller.go), in one transaction. Invariant: a group with an error in one member changes nothing of its
// stack; what is stored keeps serving.
import type { Change, Controller, ReconcileInput, ReconcileResult, Snapshot } from "@loopway/kube";
import { type Ingress, objectKey } from "@loopway/model";
import { eventOnce } from "../event-once.ts";
import { buildStack } from "./build-stack.ts";
import { deployStack } from "./deploy-stack.ts";
import { addFinalizers, removeFinalizers } from "./finalizers.ts";
import { type Group, loadGroup } from "./ingress-group.ts";
import { findProtectedDeletion } from "./load-balancer-attributes.ts";
import { groupOwner, planChanges, storedStack } from "./plan-stack.ts";
import type { StackBuild } from "./stack-build.ts";
import { startVersionedBuild } from "./versioned-build.ts";
import { waitingIngress } from "./waiting.ts";
import { watches } from "./watches.ts";

export const loadBalancerController: Controller = { name: "load-balancer", watches, reconcile };

function reconcile(input: ReconcileInput): ReconcileResult {
  const { snapshot, key } = input;
  const waiting = waitingIngress(key, snapshot);
  const group = loadGroup(key, snapshot);
  const result = reconcileGroup(group, input);
  return { ...result, changes: [...waiting, ...result.changes] };
}

function reconcileGroup(group: Group, input: ReconcileInput): ReconcileResult {
  const { snapshot } = input;
  if (group.broken.length > 0) {
    const told = group.broken.flatMap(({ ingress, message }) =>
      warn(snapshot, [ingress], { reason: "FailedLoadGroupID", message: `failed load groupID due to ${message}` }),
    );
    return { changes: told };
  }
  const protection = findProtectedDeletion(group);
  if (protection !== undefined)
    return { changes: warn(snapshot, [protection.ingress], { reason: "FailedBuildModel", message: failedBuild(protection.message) }) };
  return group.members.length === 0 ? removeStack(group, input) : buildAndDeploy(group, input);
}

function removeStack(group: Group, { snapshot }: ReconcileInput): ReconcileResult {
  return { changes: [...planChanges([], storedStack(groupOwner(group.id), snapshot, [])), ...removeFinalizers(group.id, group.leaving)] };
}

function buildAndDeploy(group: Group, input: ReconcileInput): ReconcileResult {
  const { snapshot, now } = input;
  const { id: groupId, members } = group;
  const build = startVersionedBuild(group, input);
  const finalizers = addFinalizers(groupId, members);
  const stack = buildStack(build);
  if (stack === undefined) return { changes: [...finalizers, ...tellFailure(build)] };
  const deployment = deployStack(stack, build, now);
  if (deployment.kind === "failed") {
    const told = warn(snapshot, members, { reason: "FailedDeployModel", message: `Failed deploy model due to ${deployment.message}` });
    return { changes: [...finalizers, ...told] };
  }
  const changes = [...finalizers, ...deployment.changes, ...removeFinalizers(groupId, group.leaving)];
  const success = changes.length === 0 ? [] : members.map(succeed);
  return { changes: [...changes, ...tellWarnings(build), ...success] };
}

/** The first error, to every member, as the real controller does, which stops there. */
function tellFailure({ problems, members, snapshot }: StackBuild): Change[] {
  const first = problems.find(({ severity }) => severity === "error");
  if (first === undefined) throw new Error("a stack without an error must have been built");
  const message = first.code === "FailedBuildModel" ? failedBuild(first.message) : first.message;
  return warn(snapshot, members, { reason: first.code, message });
}

function failedBuild(message: string): string {
  return `Failed build model due to ${message}`;
}

/** Each to the Ingress it is about. */
function tellWarnings({ problems, members, snapshot }: StackBuild): Change[] {
  return problems.flatMap(({ code, message, object }) =>
    warn(
      snapshot,
      members.filter((ingress) => object === `Ingress ${objectKey(ingress)}`),
      { reason: code, message },
    ),
  );
}

function warn(snapshot: Snapshot, ingresses: readonly Ingress[], told: { reason: string; message: string }): Change[] {
  return ingresses.flatMap((about) => eventOnce(snapshot, { op: "event", type: "Warning", ...told, about, component: "ingress" }));
}

function succeed(about: Ingress): Change {
  return { op: "event", type: "Normal", reason: "SuccessfullyReconciled", message: "Successfully reconciled", about, component: "ingress" };
}
