import type { NetworkTable } from "./compile.ts";
import type { NetworkTargetGroup } from "./network-target-group.ts";

/**
 * Availability zones that the load balancer's name leaves out: those where some target group in use has no healthy target in reach
 * (NLB guide, "Health checks for your target groups"). Where that is so of all zones, the name leaves out none.
 */
export function withdrawnZones(table: NetworkTable, groupNamed: (name: string) => NetworkTargetGroup | undefined): string[] {
  const groups = [...table.usedTargetGroups].flatMap((name) => groupNamed(name) ?? []);
  return table.addresses
    .map(({ availabilityZone }) => availabilityZone)
    .filter((zone) => groups.some((group) => !isHealthyIn(group, zone, table.isCrossZone)));
}

function isHealthyIn(group: NetworkTargetGroup, zone: string, isCrossZone: boolean): boolean {
  const crosses = group.crossesZones(isCrossZone);
  return group.targets.some(({ state, availabilityZone }) => state === "healthy" && (crosses || (availabilityZone ?? zone) === zone));
}
