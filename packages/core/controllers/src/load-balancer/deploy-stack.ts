// A built stack → all changes that make it the stored one: objects, statuses of AWS objects and of the member Ingresses, nodePorts.
import type { Change } from "@loopway/kube";
import type { Ingress, LoadBalancer, Service, TargetGroup } from "@loopway/model";
import { statusChange } from "../changes.ts";
import { admitTargets, roomOf } from "../target-registration/admit-targets.ts";
import { buildTargets } from "../target-registration/build-targets.ts";
import { allocateAddresses } from "./addresses.ts";
import type { Stack } from "./build-stack.ts";
import { loadBalancerStatus, targetGroupStatus } from "./load-balancer-status.ts";
import { groupOf, planChanges, storedStack } from "./plan-stack.ts";
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
    // AWS: CreateLoadBalancer, DuplicateLoadBalancerName.
    const message = `DuplicateLoadBalancerName: A load balancer with the same name '${loadBalancer.spec.name}' exists, but with different settings`;
    return { kind: "failed", message };
  }
  const refusal = settings.strict ? refuseStack(stack, build.flags.quotas) : undefined;
  if (refusal !== undefined) return { kind: "failed", message: refusal };
  const addresses = allocateAddresses(loadBalancer, snapshot, settings);
  if ("exhausted" in addresses) {
    const message = `InvalidSubnet: Not enough IP space available in ${addresses.exhausted}. ELB requires at least 8 free IP addresses in each subnet.`;
    return { kind: "failed", message };
  }
  const status = loadBalancerStatus(loadBalancer, addresses.zones, { now, stored });
  let registered = 0;
  const members = stack.members.map((member) => {
    if (member.kind !== "TargetGroup") return member;
    const complete = completeTargetGroup(member, { stack, build, registered });
    registered += complete.spec.targets?.length ?? 0;
    return complete;
  });
  // The load balancer comes after its members: who sees its new checksum has seen what adds up to it.
  const desired = [...members, { ...loadBalancer, status }, ...bindings];
  return {
    kind: "changes",
    changes: [
      ...[...build.services.values()].map((service): Change => ({ op: "update", object: service })),
      ...planChanges(desired, storedStack(groupId, snapshot, [loadBalancer])),
      ...build.members.flatMap((ingress) => planIngressStatus(ingress, listenPorts, status.dnsName)),
    ],
  };
}

interface Completion {
  stack: Stack;
  build: StackBuild;
  /** Targets that new groups have got before. */
  registered: number;
}

/** With status; a new one starts with its targets, so that a rule that moves to it never finds it empty. */
function completeTargetGroup(targetGroup: TargetGroup, { stack: { bindings }, build, registered }: Completion): TargetGroup {
  const { namespace, name } = targetGroup.metadata;
  const stored = build.snapshot.get<TargetGroup>("TargetGroup", namespace, name);
  const complete = { ...targetGroup, status: targetGroupStatus(targetGroup, stored) };
  const binding = bindings.find(({ metadata }) => metadata.name === name);
  if (binding === undefined || stored !== undefined) return complete;
  const { spec, metadata } = binding;
  const service =
    build.services.get(`${metadata.namespace}/${spec.serviceRef.name}`) ??
    build.snapshot.get<Service>("Service", metadata.namespace, spec.serviceRef.name);
  const wanted = service === undefined ? [] : buildTargets(binding, service, build);
  const { targets } = admitTargets(wanted, [], roomOf(targetGroup, build.snapshot, build.settings) - registered);
  return { ...complete, spec: { ...targetGroup.spec, targets } };
}

function planIngressStatus(ingress: Ingress, listenPorts: Stack["listenPorts"], hostname: string | undefined): Change[] {
  if (hostname === undefined) return [];
  const ports = listenPorts
    .filter(({ ingresses }) => ingresses.includes(ingress))
    .map(({ listenerPort }) => ({ port: listenerPort, protocol: "TCP" }));
  return statusChange(ingress, { loadBalancer: { ingress: [{ hostname, ports }] } });
}
