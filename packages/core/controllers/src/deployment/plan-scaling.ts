/** A change of the desired number, apart from any rollout. Kubernetes, pkg/controller/deployment/sync.go, scale. */
import type { Deployment, ReplicaSet } from "@loopway/model";
import { availableOf, type Sizes, sum } from "./plan-rolling.ts";
import { isRollingUpdate, type ReplicaBounds } from "./replica-bounds.ts";
import { compareAge, desiredReplicasOf, listAll, maxReplicasOf, type ReplicaSets, replicasOf } from "./replica-sets.ts";

/** Some ReplicaSet was sized for another desired number than the present one. */
export function isScaled({ spec }: Deployment, sets: ReplicaSets, { desired }: ReplicaBounds): boolean {
  const active = activeOf(listAll(sets));
  if (active.length > 1 && !isRollingUpdate(spec)) return false;
  return active.some((replicaSet) => (desiredReplicasOf(replicaSet) ?? desired) !== desired);
}

/**
 * The sizes of all ReplicaSets that take part, equal ones included: their annotations are to be renewed. With one active ReplicaSet it gets
 * all; with a finished rollout the old ones get none; in the middle of a rollout all are scaled in proportion.
 */
export function planScaling(deployment: Deployment, sets: ReplicaSets, bounds: ReplicaBounds): Sizes {
  const active = activeOf(listAll(sets));
  if (active.length <= 1) {
    const only = active[0] ?? sets.current ?? sets.old.at(-1);
    return new Map(only === undefined ? [] : [[only.metadata.name, bounds.desired]]);
  }
  if (sets.current !== undefined && isSaturated(sets.current, bounds)) {
    return new Map(activeOf(sets.old).map(({ metadata }) => [metadata.name, 0]));
  }
  return isRollingUpdate(deployment.spec) ? shareOut(active, bounds, deployment.status?.replicas ?? 0) : new Map();
}

function activeOf(replicaSets: readonly ReplicaSet[]): ReplicaSet[] {
  return replicaSets.filter((replicaSet) => replicasOf(replicaSet) > 0);
}

function isSaturated(current: ReplicaSet, { desired }: ReplicaBounds): boolean {
  return [replicasOf(current), desiredReplicasOf(current), availableOf(current)].every((count) => count === desired);
}

/** Largest first; of equal ones the newer grows first and the older shrinks first. What rounding leaves over falls to the largest. */
function shareOut(active: readonly ReplicaSet[], bounds: ReplicaBounds, observed: number): Sizes {
  const allowed = bounds.desired > 0 ? bounds.desired + bounds.maxSurge : 0;
  const toAdd = allowed - sum(active, replicasOf);
  const direction = toAdd > 0 ? -1 : 1;
  const ordered = [...active].sort((left, right) => replicasOf(right) - replicasOf(left) || direction * compareAge(left, right));
  const sizes = new Map<string, number>();
  let added = 0;
  for (const replicaSet of ordered) {
    const share = shareOf(replicaSet, bounds, observed);
    const left = toAdd - added;
    const change = toAdd > 0 ? Math.min(share, left) : Math.max(share, left);
    sizes.set(replicaSet.metadata.name, replicasOf(replicaSet) + change);
    added += change;
  }
  const largest = ordered[0]?.metadata.name;
  if (largest !== undefined) sizes.set(largest, Math.max(0, (sizes.get(largest) ?? 0) + toAdd - added));
  return sizes;
}

/** By how much the ReplicaSet would change if it kept its part of the whole. */
function shareOf(replicaSet: ReplicaSet, { desired, maxSurge }: ReplicaBounds, observed: number): number {
  const size = replicasOf(replicaSet);
  if (desired === 0) return -size;
  const maxBefore = maxReplicasOf(replicaSet) || observed;
  return maxBefore === 0 ? 0 : Math.round((size * (desired + maxSurge)) / maxBefore) - size;
}
