// A built stack → all changes that make it the stored one, and the Service's status.
import type { Change, ControllerSettings, Snapshot } from "@loopway/kube";
import { type LoadBalancer, objectKey, type Service } from "@loopway/model";
import { statusChange } from "../changes.ts";
import { allocateAddresses } from "../load-balancer/addresses.ts";
import { completeTargetGroups } from "../load-balancer/complete-target-group.ts";
import { duplicateName } from "../load-balancer/deploy-errors.ts";
import type { Deployment } from "../load-balancer/deploy-stack.ts";
import { loadBalancerStatus } from "../load-balancer/load-balancer-status.ts";
import { planChanges, type StackOwner, storedStack } from "../load-balancer/plan-stack.ts";
import { stampStack } from "../load-balancer/stamp-stack.ts";
import { elasticIPChanges } from "../load-balancer/static-addresses.ts";
import type { NetworkLoadBalancerStack } from "./build-stack.ts";
import { securityGroupMember } from "./security-group-member.ts";
import { STACK_TAG, stackLabels } from "./service-build.ts";

export interface DeployContext {
  service: Service;
  snapshot: Snapshot;
  settings: ControllerSettings;
  /** Milliseconds since the epoch. */
  now: number;
}

export function serviceOwner(service: Service): StackOwner {
  const stack = objectKey(service);
  return {
    owns: ({ spec }) => spec.tags?.some(({ key, value }) => key === STACK_TAG && value === stack) === true,
    tag: { key: STACK_TAG, value: stack },
    labels: stackLabels({ service }),
  };
}

export function deployNetworkLoadBalancer(stack: NetworkLoadBalancerStack, context: DeployContext): Deployment {
  const { service, snapshot, settings, now } = context;
  const { listeners, targetGroups, bindings } = stack;
  const { loadBalancer, members } = stampStack(stack.loadBalancer, [...securityGroupMember(stack, service), ...targetGroups, ...listeners]);
  const { namespace, name } = loadBalancer.metadata;
  const owner = serviceOwner(service);
  const stored = snapshot.get<LoadBalancer>("LoadBalancer", namespace, name);
  if (stored !== undefined && !owner.owns(stored)) return { kind: "failed", message: duplicateName(loadBalancer) };
  const addresses = allocateAddresses(loadBalancer, snapshot, settings);
  if (addresses.kind === "refused") return { kind: "failed", message: addresses.message };
  const status = loadBalancerStatus(loadBalancer, addresses.zones, { now, stored });
  const surroundings = { snapshot, settings, services: new Map<string, Service>() };
  const complete = completeTargetGroups(members, bindings, surroundings);
  // The load balancer comes after its members: who sees its new checksum has seen what adds up to it.
  const desired = [...complete, { ...loadBalancer, status }, ...bindings];
  return {
    kind: "changes",
    changes: [
      ...elasticIPChanges(addresses.elasticIPs, snapshot),
      ...planChanges(desired, storedStack(owner, snapshot, [loadBalancer])),
      ...statusChange(service, { ...service.status, loadBalancer: { ingress: [{ hostname: status.dnsName }] } }),
    ] satisfies Change[],
  };
}
