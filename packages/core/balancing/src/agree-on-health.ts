import type { TargetHealthRecord } from "./target-health.ts";

/**
 * What several load balancer nodes make of one target, each of which checks it by itself: the majority's word, a tie counting against the
 * target. Who has not made up its mind has no vote; while nobody has, the first speaks. With `n` nodes whose checks are spread evenly
 * over the interval, a target that hangs is known after at most (threshold - 1 + ⌈n/2⌉/n) intervals and one time-out.
 *
 * Source: NLB guide, "Health checks for target groups": "distributed and use a consensus mechanism to determine target health"; ELB guides:
 * "Each load balancer node checks the health of each target".
 */
export function agreeOnHealth(opinions: readonly [TargetHealthRecord, ...TargetHealthRecord[]]): TargetHealthRecord {
  const [first] = opinions;
  const healthy = opinions.filter(({ state }) => state === "healthy");
  const unhealthy = opinions.filter(({ state }) => state === "unhealthy");
  if (unhealthy.length >= healthy.length) return unhealthy.at(-1) ?? first;
  return healthy[0] ?? first;
}
