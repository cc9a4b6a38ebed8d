// A built stack → all changes that make it the stored one: objects, statuses of AWS objects and of the member Ingresses, nodePorts.
import type { Change } from "@loopway/kube";
import { type Ingress, loadBalancerAddresses } from "@loopway/model";
import { statusChange } from "../changes.ts";
import type { Stack } from "./build-stack.ts";
import { completeTargetGroups } from "./complete-target-group.ts";
import { deployFrontend } from "./deploy-frontend.ts";
import { groupOwner, planChanges, storedStack } from "./plan-stack.ts";
import { provision } from "./provision.ts";
import { refuseStack } from "./refuse-stack.ts";
import type { StackBuild } from "./stack-build.ts";
import { elasticIPChanges } from "./static-addresses.ts";

export type Deployment = { kind: "changes"; changes: Change[] } | { kind: "failed"; message: string };

/** `now` in milliseconds since the epoch. */
export function deployStack(stack: Stack, build: StackBuild, now: number): Deployment {
  const { snapshot, settings, groupId } = build;
  const { bindings, frontend } = stack;
  const refusal = settings.strict ? refuseStack(stack, build.flags.quotas) : undefined;
  if (refusal !== undefined) return { kind: "failed", message: refusal };
  const provisioned = provision(stack.loadBalancer, build, { now, given: [] });
  if (provisioned.kind === "failed") return provisioned;
  const { loadBalancer } = provisioned;
  const inFront = deployFrontend(stack, build, { now, given: loadBalancerAddresses(loadBalancer) });
  if (inFront.kind === "failed") return inFront;
  const members = completeTargetGroups(stack.members, bindings, build);
  // A load balancer comes after its members: who sees its new checksum has seen what adds up to it.
  const desired = [...members, loadBalancer, ...bindings, ...inFront.objects];
  const own = frontend === undefined ? [loadBalancer] : [loadBalancer, frontend.loadBalancer];
  const hostnames = [loadBalancer.status.dnsName, inFront.dnsName].filter((hostname) => hostname !== undefined);
  return {
    kind: "changes",
    changes: [
      ...[...build.services.values()].map((service): Change => ({ op: "update", object: service })),
      ...elasticIPChanges(inFront.elasticIPs, snapshot),
      ...planChanges(desired, storedStack(groupOwner(groupId), snapshot, own)),
      ...build.members.flatMap((ingress) => planIngressStatus(ingress, stack.listenPorts, hostnames)),
    ],
  };
}

/** The load balancer's own name with its ports, then that of the one in front (controllers/ingress/group_controller.go). */
function planIngressStatus(ingress: Ingress, listenPorts: Stack["listenPorts"], [hostname, inFront]: readonly string[]): Change[] {
  if (hostname === undefined) return [];
  const ports = listenPorts
    .filter(({ ingresses }) => ingresses.includes(ingress))
    .map(({ listenerPort }) => ({ port: listenerPort, protocol: "TCP" }));
  const entries = [{ hostname, ports }, ...(inFront === undefined ? [] : [{ hostname: inFront }])];
  return statusChange(ingress, { loadBalancer: { ingress: entries } });
}
