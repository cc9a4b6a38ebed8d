// A built load balancer → the same with its status: name, addresses, state (elbv2 CreateLoadBalancer).
import type { ElasticIPAddress, LoadBalancer } from "@loopway/model";
import { allocateAddresses } from "./addresses.ts";
import { duplicateName } from "./deploy-errors.ts";
import { loadBalancerStatus } from "./load-balancer-status.ts";
import { groupOf } from "./plan-stack.ts";
import type { StackBuild } from "./stack-build.ts";

export type Provisioned =
  | { kind: "provisioned"; loadBalancer: Required<Pick<LoadBalancer, "status">> & LoadBalancer; elasticIPs: ElasticIPAddress[] }
  | { kind: "failed"; message: string };

/** `now` in milliseconds since the epoch; `given` are addresses that go to others in the same transaction. */
export function provision(
  loadBalancer: LoadBalancer,
  build: StackBuild,
  { now, given }: { now: number; given: readonly string[] },
): Provisioned {
  const { snapshot, settings } = build;
  const { namespace, name } = loadBalancer.metadata;
  const stored = snapshot.get<LoadBalancer>("LoadBalancer", namespace, name);
  const refusal = refuseName(loadBalancer, build);
  if (refusal !== undefined) return { kind: "failed", message: refusal };
  const addresses = allocateAddresses(loadBalancer, snapshot, { ...settings, given });
  if (addresses.kind === "refused") return { kind: "failed", message: addresses.message };
  const status = loadBalancerStatus(loadBalancer, addresses.zones, { now, stored });
  return { kind: "provisioned", loadBalancer: { ...loadBalancer, status }, elasticIPs: addresses.elasticIPs };
}

/** Undefined where nobody else has the name. */
export function refuseName(loadBalancer: LoadBalancer, { snapshot, groupId }: StackBuild): string | undefined {
  const { namespace, name } = loadBalancer.metadata;
  const stored = snapshot.get<LoadBalancer>("LoadBalancer", namespace, name);
  return stored !== undefined && groupOf(stored) !== groupId ? duplicateName(loadBalancer) : undefined;
}
