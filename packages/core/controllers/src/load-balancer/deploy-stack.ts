// A built stack → all changes that make it the stored one: objects, statuses of AWS objects and of the member Ingresses, nodePorts.
import type { Change } from "@loopway/kube";
import type { Ingress, LoadBalancer } from "@loopway/model";
import { statusChange } from "../changes.ts";
import { allocateAddresses } from "./addresses.ts";
import type { Stack } from "./build-stack.ts";
import { completeTargetGroups } from "./complete-target-group.ts";
import { loadBalancerStatus } from "./load-balancer-status.ts";
import { groupOf, groupOwner, planChanges, storedStack } from "./plan-stack.ts";
import { refuseStack } from "./refuse-stack.ts";
import type { StackBuild } from "./stack-build.ts";

export type Deployment = { kind: "changes"; changes: Change[] } | { kind: "failed"; message: string };

/** `now` in milliseconds since the epoch. */
export function deployStack(stack: Stack, build: StackBuild, now: number): Deployment {
  const { snapshot, settings, groupId } = build;
  const { loadBalancer, bindings, listenPorts } = stack;
  const { namespace, name } = loadBalancer.metadata;
  const stored = snapshot.get<LoadBalancer>("LoadBalancer", namespace, name);
  if (stored !== undefined && groupOf(stored) !== groupId) {
    return { kind: "failed", message: duplicateName(loadBalancer) };
  }
  const refusal = settings.strict ? refuseStack(stack, build.flags.quotas) : undefined;
  if (refusal !== undefined) return { kind: "failed", message: refusal };
  const addresses = allocateAddresses(loadBalancer, snapshot, settings);
  if ("exhausted" in addresses) {
    return { kind: "failed", message: noAddressLeft(addresses.exhausted) };
  }
  const status = loadBalancerStatus(loadBalancer, addresses.zones, { now, stored });
  const members = completeTargetGroups(stack.members, bindings, build);
  // The load balancer comes after its members: who sees its new checksum has seen what adds up to it.
  const desired = [...members, { ...loadBalancer, status }, ...bindings];
  return {
    kind: "changes",
    changes: [
      ...[...build.services.values()].map((service): Change => ({ op: "update", object: service })),
      ...planChanges(desired, storedStack(groupOwner(groupId), snapshot, [loadBalancer])),
      ...build.members.flatMap((ingress) => planIngressStatus(ingress, listenPorts, status.dnsName)),
    ],
  };
}

/** AWS: CreateLoadBalancer, DuplicateLoadBalancerName. */
export function duplicateName({ spec }: LoadBalancer): string {
  return `DuplicateLoadBalancerName: A load balancer with the same name '${spec.name}' exists, but with different settings`;
}

export function noAddressLeft(subnetId: string): string {
  return `InvalidSubnet: Not enough IP space available in ${subnetId}. ELB requires at least 8 free IP addresses in each subnet.`;
}

function planIngressStatus(ingress: Ingress, listenPorts: Stack["listenPorts"], hostname: string | undefined): Change[] {
  if (hostname === undefined) return [];
  const ports = listenPorts
    .filter(({ ingresses }) => ingresses.includes(ingress))
    .map(({ listenerPort }) => ({ port: listenerPort, protocol: "TCP" }));
  return statusChange(ingress, { loadBalancer: { ingress: [{ hostname, ports }] } });
}
