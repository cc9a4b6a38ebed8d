import { pickWeighted } from "./pick.ts";

export interface GroupChoice {
  targetGroups: readonly string[];
  /** Of each of `targetGroups`: 0 to 999. */
  weights: readonly number[];
  /** The target group that the client's cookie names. */
  stickyGroup: string | undefined;
}

/**
 * The target group of a forward action that takes a request: the sticky one where it is among them with a weight, else by weight. `random` in
 * [0, 1). Undefined when all weights are 0: 503. Whether the group has targets plays no part: ALB shifts no weight away from an empty
 * or unhealthy one (ELB guide, "Listener rules", forward actions). Doubtful: whether a cookie outlives a weight set to 0; here it does not.
 */
export function pickTargetGroup({ targetGroups, weights, stickyGroup }: GroupChoice, random: number): string | undefined {
  const sticky = stickyGroup === undefined ? -1 : targetGroups.indexOf(stickyGroup);
  if (sticky >= 0 && weights[sticky] !== 0) return stickyGroup;
  const index = pickWeighted(weights, random);
  return index === undefined ? undefined : targetGroups[index];
}
