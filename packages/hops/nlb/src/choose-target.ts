import { candidateTargets, hashText, pickWeighted } from "@loopway/balancing";
import type { TargetHealthState } from "@loopway/model";

export interface ZonalTarget {
  /** "address:port", virtual. */
  readonly name: string;
  /** Undefined: in no zone that is known, and so in all. */
  readonly availabilityZone: string | undefined;
  readonly state: TargetHealthState;
}

/**
 * The targets that the load balancer's address in one availability zone may choose from.
 *
 *   healthy ones in the zone (cross-zone: anywhere)
 *   nobody healthy anywhere → all registered ones in the zone (fail open)
 *   healthy ones elsewhere only → nobody: the connection fails, and the name leaves the zone out
 *
 * NLB guide, "Cross-zone load balancing" and "Health checks for your target groups".
 */
export function candidatesIn<T extends ZonalTarget>(targets: readonly T[], zone: string, isCrossZone: boolean): readonly T[] {
  const inReach = isCrossZone ? targets : targets.filter(({ availabilityZone }) => (availabilityZone ?? zone) === zone);
  const isHealthy = ({ state }: T) => state === "healthy";
  if (targets.some(isHealthy)) return inReach.filter(isHealthy);
  const { indices } = candidateTargets(inReach.map(({ state }) => state));
  // Freshly registered ones serve where nobody else can.
  return indices.length > 0 ? indices.flatMap((index) => inReach[index] ?? []) : inReach.filter(({ state }) => state === "initial");
}

/** Source, destination and protocol of a flow, as AWS hashes them; TCP's sequence number, which AWS adds, no process can see. */
export interface FlowKey {
  protocol: string;
  source: string;
  destination: string;
}

/** Which target group a flow goes to, by weight. Undefined where all weights are 0. */
export function chooseGroup<T extends { weight: number }>(groups: readonly T[], flow: FlowKey, seed: number): T | undefined {
  if (groups.length < 2) return groups[0];
  const index = pickWeighted(
    groups.map(({ weight }) => weight),
    hashFlow(flow, seed) / 2 ** 32,
  );
  return index === undefined ? undefined : groups[index];
}

/** By the whole flow: one client's connections spread. */
export function chooseByFlow<T>(candidates: readonly T[], flow: FlowKey, seed: number): T | undefined {
  return candidates[hashFlow(flow, seed + 1) % candidates.length];
}

/**
 * By the client's address (stickiness source_ip): each target is given a number for this client, and the highest counts, so that a target that
 * comes or goes moves no client but its own.
 */
export function chooseBySource<T extends ZonalTarget>(candidates: readonly T[], client: string): T | undefined {
  let best: { target: T; rank: number } | undefined;
  for (const target of candidates) {
    const rank = hashText(`${client} ${target.name}`);
    if (best === undefined || rank > best.rank) best = { target, rank };
  }
  return best?.target;
}

function hashFlow({ protocol, source, destination }: FlowKey, seed: number): number {
  return hashText(`${protocol} ${source} ${destination}`, seed);
}
