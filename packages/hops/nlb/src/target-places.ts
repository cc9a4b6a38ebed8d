import {
  AVAILABILITY_ZONES,
  addressPlan,
  instanceId,
  internalIP,
  type LoadBalancer,
  type Node,
  type Target,
  type TargetGroup,
  zonalAddresses,
} from "@loopway/model";
import type { TargetPlace } from "./network-target.ts";

export type TargetPlaces = (target: Target, targetType: TargetGroup["spec"]["targetType"]) => TargetPlace | undefined;

const ZONE_LABEL = "topology.kubernetes.io/zone";

/** An instance is where its node is, an address in the zone of its subnet, a load balancer (by its ARN) at its first address and in no one zone. */
export function placeTargets(around: { instance: number; nodes: readonly Node[]; loadBalancers: readonly LoadBalancer[] }): TargetPlaces {
  const nodesById = new Map(around.nodes.map((node) => [instanceId(node), node]));
  const { vpc } = addressPlan(around.instance);
  return ({ id }, targetType) => {
    if (targetType === "ip") {
      const zone = AVAILABILITY_ZONES.find(({ subnet }) => id.startsWith(`${vpc}.${subnet}.`));
      return { address: id, availabilityZone: zone?.name };
    }
    if (targetType === "instance") {
      const node = nodesById.get(id);
      const address = internalIP(node);
      return address === undefined ? undefined : { address, availabilityZone: node?.metadata.labels?.[ZONE_LABEL] };
    }
    const named = around.loadBalancers.find(({ status }) => status?.ackResourceMetadata?.arn === id);
    const [first] = zonalAddresses(named);
    return first === undefined ? undefined : { address: first.address, availabilityZone: undefined };
  };
}
