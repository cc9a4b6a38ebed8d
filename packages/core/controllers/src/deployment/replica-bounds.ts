import type { Deployment } from "@loopway/model";

/** How far a rollout may go above and below the desired number of pods. */
export interface ReplicaBounds {
  desired: number;
  maxSurge: number;
  maxUnavailable: number;
}

/** Kubernetes, apps/v1 defaults: 25 % each. */
const DEFAULT_SHARE = "25%";

/**
 * The strategy in numbers of pods: surge rounds up, unavailable rounds down; when both come to 0, one may be unavailable, or nothing could
 * move. Recreate has neither. Kubernetes, pkg/controller/deployment/util, ResolveFenceposts, MaxSurge and MaxUnavailable.
 */
export function replicaBounds({ spec }: Deployment): ReplicaBounds {
  const desired = spec.replicas ?? 1;
  if (!isRollingUpdate(spec)) return { desired, maxSurge: 0, maxUnavailable: 0 };
  const { maxSurge = DEFAULT_SHARE, maxUnavailable = DEFAULT_SHARE } = spec.strategy?.rollingUpdate ?? {};
  const surge = scaled(maxSurge, desired, Math.ceil);
  const unavailable = scaled(maxUnavailable, desired, Math.floor);
  return { desired, maxSurge: surge, maxUnavailable: Math.min(desired, surge === 0 && unavailable === 0 ? 1 : unavailable) };
}

export function isRollingUpdate({ strategy }: Deployment["spec"]): boolean {
  return strategy?.type !== "Recreate";
}

/** A number of pods, or "25%" of the desired number. What is neither counts as the default: only validation can refuse it. */
function scaled(value: number | string, desired: number, round: (share: number) => number): number {
  if (typeof value === "number") return value;
  const percent = /^(\d+)%$/.exec(value)?.[1] ?? "25";
  return round((Number(percent) * desired) / 100);
}
