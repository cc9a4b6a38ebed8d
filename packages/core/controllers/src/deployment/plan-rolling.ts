/**
 * One step of a rolling update. Scaling up comes first; only when nothing is left to add, pods are taken away. Invariant, with N desired:
 *
 *   pods asked for       ≤ N + maxSurge
 *   pods available       ≥ N − maxUnavailable   (as far as pods do not fail by themselves)
 *
 * Kubernetes, pkg/controller/deployment/rolling.go.
 */
import type { ReplicaSet } from "@loopway/model";
import type { ReplicaBounds } from "./replica-bounds.ts";
import { listAll, type ReplicaSets, replicasOf } from "./replica-sets.ts";

/** New sizes by ReplicaSet name; those that keep their size are absent. */
export type Sizes = ReadonlyMap<string, number>;

export function planRolling(sets: ReplicaSets, bounds: ReplicaBounds): Sizes {
  const { current } = sets;
  if (current === undefined) return new Map();
  const size = currentSize(sets, bounds);
  if (size !== replicasOf(current)) return new Map([[current.metadata.name, size]]);
  return shrinkOld(sets, current, bounds);
}

/** How many pods the current ReplicaSet, which need not exist yet, may ask for now. */
export function currentSize(sets: ReplicaSets, { desired, maxSurge }: ReplicaBounds): number {
  const size = sets.current === undefined ? 0 : replicasOf(sets.current);
  if (size >= desired) return desired;
  const room = desired + maxSurge - sum(listAll(sets), replicasOf);
  return size + Math.max(0, Math.min(room, desired - size));
}

function shrinkOld({ old }: ReplicaSets, current: ReplicaSet, bounds: ReplicaBounds): Sizes {
  const minAvailable = bounds.desired - bounds.maxUnavailable;
  const unavailableNew = replicasOf(current) - availableOf(current);
  const removable = sum([...old, current], replicasOf) - minAvailable - unavailableNew;
  const sizes = new Map(old.map((replicaSet) => [replicaSet.metadata.name, replicasOf(replicaSet)]));
  if (removable > 0) {
    const left = takeUnhealthy(old, sizes, removable);
    // `left` matters only while a ReplicaSet still reports pods that it has been told to give up: they must not be counted twice.
    takeAvailable(old, sizes, Math.min(left, sum([...old, current], availableOf) - minAvailable));
  }
  return changedSizes(old, sizes);
}

/** Pods that are not available serve nobody: they go first, oldest ReplicaSet first. Returns what is left of the budget. */
function takeUnhealthy(old: readonly ReplicaSet[], sizes: Map<string, number>, budget: number): number {
  let left = budget;
  for (const replicaSet of old) {
    const size = replicasOf(replicaSet);
    const unhealthy = Math.max(0, Math.min(left, size - availableOf(replicaSet)));
    sizes.set(replicaSet.metadata.name, size - unhealthy);
    left -= unhealthy;
  }
  return left;
}

function takeAvailable(old: readonly ReplicaSet[], sizes: Map<string, number>, budget: number): void {
  let left = budget;
  for (const { metadata } of old) {
    const size = sizes.get(metadata.name) ?? 0;
    const taken = Math.max(0, Math.min(left, size));
    sizes.set(metadata.name, size - taken);
    left -= taken;
  }
}

function changedSizes(replicaSets: readonly ReplicaSet[], sizes: Sizes): Sizes {
  const sizeBefore = new Map(replicaSets.map((replicaSet) => [replicaSet.metadata.name, replicasOf(replicaSet)]));
  return new Map([...sizes].filter(([name, size]) => sizeBefore.get(name) !== size));
}

export function availableOf({ status }: ReplicaSet): number {
  return status?.availableReplicas ?? 0;
}

export function sum(replicaSets: readonly ReplicaSet[], count: (replicaSet: ReplicaSet) => number): number {
  return replicaSets.reduce((total, replicaSet) => total + count(replicaSet), 0);
}
