import type { TargetHealthState } from "@loopway/model";

export interface TargetCandidates {
  /** Indices into the states given, ascending. Empty: the load balancer answers 503. */
  indices: number[];
  /** No target is healthy, so the unhealthy ones take the traffic. */
  failsOpen: boolean;
}

/**
 * Which registered targets may be picked, by their states.
 *
 *   some healthy                → the healthy ones
 *   none healthy, some unhealthy → all unhealthy ones (fail open)
 *   else (initial, draining, unused, unavailable only) → none
 *
 * ELB guide, "Health checks for target groups": requests go to healthy targets only; a target group with only unhealthy registered targets
 * gets its requests at all of them. Doubtful: AWS does not say what happens to `initial` targets beside unhealthy ones; here they wait.
 */
export function candidateTargets(states: readonly TargetHealthState[]): TargetCandidates {
  const healthy = indicesOf(states, "healthy");
  if (healthy.length > 0) return { indices: healthy, failsOpen: false };
  const unhealthy = indicesOf(states, "unhealthy");
  return { indices: unhealthy, failsOpen: unhealthy.length > 0 };
}

function indicesOf(states: readonly TargetHealthState[], wanted: TargetHealthState): number[] {
  return states.flatMap((state, index) => (state === wanted ? [index] : []));
}
