import type { Change, Snapshot } from "@loopway/kube";
import { type Ingress, splitKey } from "@loopway/model";
import { eventOnce } from "../event-once.ts";
import { membershipOf } from "./ingress-group.ts";

/** About the Ingress of an implicit group's key. Nothing, where it is a member of some group or gone. */
export function waitingIngress(groupId: string, snapshot: Snapshot): Change[] {
  const { namespace, name } = splitKey(groupId);
  const ingress = namespace === undefined ? undefined : snapshot.get<Ingress>("Ingress", namespace, name);
  if (ingress === undefined) return [];
  const membership = membershipOf(ingress, snapshot);
  if (membership.kind === "invalid") {
    const message = `failed load groupID due to ${membership.message}`;
    return eventOnce(snapshot, {
      op: "event",
      type: "Warning",
      reason: "FailedLoadGroupID",
      message,
      about: ingress,
      component: "ingress",
    });
  }
  if (membership.kind !== "unclaimed") return [];
  const message =
    membership.className === undefined
      ? "waiting for an ingress class: no controller builds an Ingress without one; set the annotation kubernetes.io/ingress.class: alb, or spec.ingressClassName to an IngressClass whose controller is ingress.k8s.aws/alb"
      : `waiting for a controller of ingress class ${membership.className}: Loopway builds only alb (IngressClass controller ingress.k8s.aws/alb)`;
  return eventOnce(snapshot, {
    op: "event",
    type: "Normal",
    reason: "WaitingForIngressClass",
    message,
    about: ingress,
    component: "ingress",
  });
}
