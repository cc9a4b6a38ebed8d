// Objects that no controller takes: one Event each that says what they wait for.
import type { Change, ReconcileInput, Snapshot } from "@loopway/kube";
import { type Ingress, objectKey, type Service, splitKey } from "@loopway/model";
import { eventOnce } from "../event-once.ts";
import { notInVersion, seenBy, unknownSettings } from "../lbc-features.ts";
import { buildNetworkLoadBalancer, type NetworkLoadBalancerBuild } from "../network-load-balancer/build-stack.ts";
import { LOAD_BALANCER_CLASS, serviceFlagsOf } from "../network-load-balancer/flags.ts";
import { vpcOf } from "../network-load-balancer/vpc.ts";
import { membershipOf } from "./ingress-group.ts";

const MEANWHILE = "its clusterIP and nodePorts work meanwhile";

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

/** A Service of type LoadBalancer: its clusterIP and nodePorts work, its load balancer does not come. */
export function waitingService(key: string, { snapshot, settings }: Pick<ReconcileInput, "snapshot" | "settings">): Change[] {
  const { namespace, name } = splitKey(key);
  const service = snapshot.get<Service>("Service", namespace, name);
  if (service?.spec.type !== "LoadBalancer") return [];
  const built = buildNetworkLoadBalancer(seenBy(settings.lbcVersion, service), {
    snapshot,
    flags: serviceFlagsOf(settings),
    vpc: vpcOf(settings.plan),
  });
  const message = built.kind === "not-taken" ? waitsForClass(service) : waitsForNetworkLoadBalancer(service, built);
  return message === undefined ? [] : [...tell(snapshot, service, message), ...tellUnknown(service, { snapshot, settings })];
}

function waitsForClass(service: Service): string {
  const lack =
    service.spec.loadBalancerClass === undefined ? "it has no loadBalancerClass" : `its class is ${service.spec.loadBalancerClass}`;
  return `waiting for a load balancer: no controller takes Service ${objectKey(service)} (${lack}; ${LOAD_BALANCER_CLASS}, or the annotation service.beta.kubernetes.io/aws-load-balancer-type: external, will make a network load balancer in a later version of Loopway); ${MEANWHILE}`;
}

/** Nothing before the Service has its clusterIP: until then it has no nodePorts either, and would be refused for that. */
function waitsForNetworkLoadBalancer(
  service: Service,
  built: Exclude<NetworkLoadBalancerBuild, { kind: "not-taken" }>,
): string | undefined {
  if (service.spec.clusterIP === undefined) return undefined;
  const about = `waiting for a load balancer: the Load Balancer Controller would`;
  if (built.kind === "refused") return `${about} refuse Service ${objectKey(service)}: ${built.problems[0]?.message}; ${MEANWHILE}`;
  const { loadBalancer, listeners } = built.stack;
  const ports = listeners.map(({ spec }) => `${spec.protocol}:${spec.port}`).join(", ");
  return `${about} build the network load balancer ${loadBalancer.spec.name} (${loadBalancer.spec.scheme}, listeners ${ports}) for Service ${objectKey(service)}; a later version of Loopway will; ${MEANWHILE}`;
}

function tellUnknown(about: Service, { snapshot, settings: { lbcVersion } }: Pick<ReconcileInput, "snapshot" | "settings">): Change[] {
  return unknownSettings(lbcVersion, about).flatMap((setting) =>
    eventOnce(snapshot, {
      op: "event",
      type: "Warning",
      reason: "SettingNotInVersion",
      message: `annotation ${setting.name} of Service ${objectKey(about)} has no effect: ${notInVersion(lbcVersion, setting)}`,
      about,
      component: "service",
    }),
  );
}

function tell(snapshot: Snapshot, about: Service, message: string): Change[] {
  return eventOnce(snapshot, { op: "event", type: "Normal", reason: "WaitingForLoadBalancer", message, about, component: "service" });
}
