import type { Deployment } from "@loopway/model";
import { scaledValue } from "../scaled-value.ts";

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
  const surge = scaledValue(maxSurge, desired, Math.ceil);
  const unavailable = scaledValue(maxUnavailable, desired, Math.floor);
  return { desired, maxSurge: surge, maxUnavailable: Math.min(desired, surge === 0 && unavailable === 0 ? 1 : unavailable) };
}

export function isRollingUpdate({ strategy }: Deployment["spec"]): boolean {
  return strategy?.type !== "Recreate";
}
