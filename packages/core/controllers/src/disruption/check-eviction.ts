import { type ApiFailure, failure, type Snapshot } from "@loopway/kube";
import type { Pod } from "@loopway/model";
import { isReady } from "../pod-state.ts";
import { budgetStatus } from "./budget-status.ts";
import { budgetsOf } from "./reconcile.ts";

/**
 * Whether a pod may be evicted now; the refusal in the API server's words. Counted from the pods as they are, so that of two evictions in a row
 * the second knows of the first. Kubernetes, pkg/registry/core/pod/storage/eviction.go.
 */
export function checkEviction(snapshot: Snapshot, pod: Pod, now: number): ApiFailure | undefined {
  const { deletionTimestamp } = pod.metadata;
  const phase = pod.status?.phase ?? "Pending";
  // A pod that serves nobody needs no permission to go.
  if (deletionTimestamp !== undefined || phase !== "Running") return undefined;
  const [budget, second] = budgetsOf(pod, snapshot);
  if (budget === undefined) return undefined;
  if (second !== undefined) {
    const message = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.";
    return failure("InternalError", message);
  }
  const { currentHealthy, desiredHealthy, disruptionsAllowed } = budgetStatus(snapshot, budget, now);
  const isAlways = budget.spec?.unhealthyPodEvictionPolicy === "AlwaysAllow";
  if (!isReady(pod) && (isAlways || (currentHealthy >= desiredHealthy && desiredHealthy > 0))) return undefined;
  if (disruptionsAllowed > 0) return undefined;
  const why = `The disruption budget ${budget.metadata.name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`;
  return failure("TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget.", {
    causes: [{ reason: "DisruptionBudget", message: why, field: "" }],
  });
}
