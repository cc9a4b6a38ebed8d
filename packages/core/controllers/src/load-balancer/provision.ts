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
  const { snapshot, settings, groupId } = build;
  const { namespace, name } = loadBalancer.metadata;
  const stored = snapshot.get<LoadBalancer>("LoadBalancer", namespace, name);
  if (stored !== undefined && groupOf(stored) !== groupId) return { kind: "failed", message: duplicateName(loadBalancer) };
  const addresses = allocateAddresses(loadBalancer, snapshot, { ...settings, given });
  if (addresses.kind === "refused") return { kind: "failed", message: addresses.message };
  const status = loadBalancerStatus(loadBalancer, addresses.zones, { now, stored });
  return { kind: "provisioned", loadBalancer: { ...loadBalancer, status }, elasticIPs: addresses.elasticIPs };
}
