import type { Node } from "@loopway/model";
import { parseQuantity } from "../autoscaler/quantity.ts";
import { isNodeReady } from "../node-state.ts";
import { ZONE_LABEL } from "./build-endpoint.ts";

const CONTROL_PLANE_LABELS = ["node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master"];

/**
 * Each availability zone's share of the allocatable CPU of Ready nodes, in order of name; they add up to 1. undefined: there is one zone only, or a node
 * does not say its zone or CPU. Kubernetes, endpointslice/topologycache, SetNodes.
 */
export function zoneShares(nodes: readonly Node[]): ReadonlyMap<string, number> | undefined {
  const cpuByZone = new Map<string, number>();
  for (const node of nodes) {
    const { labels = {} } = node.metadata;
    if (!isNodeReady(node) || CONTROL_PLANE_LABELS.some((label) => label in labels)) continue;
    const zone = labels[ZONE_LABEL] ?? "";
    const cpu = parseQuantity(node.status?.allocatable?.cpu ?? 0) ?? 0;
    if (zone === "" || cpu === 0) return undefined;
    cpuByZone.set(zone, (cpuByZone.get(zone) ?? 0) + cpu);
  }
  if (cpuByZone.size < 2) return undefined;
  const total = [...cpuByZone.values()].reduce((sum, cpu) => sum + cpu, 0);
  return new Map([...cpuByZone].sort(([left], [right]) => (left < right ? -1 : 1)).map(([zone, cpu]) => [zone, cpu / total]));
}
