import type { Pod } from "@loopway/model";
import { parseTime } from "../parse-time.ts";
import { readyCondition } from "../pod-state.ts";

/** One pod's use of one resource, in its base unit (cores, bytes). */
export interface Sample {
  value: number;
  /** Milliseconds since the epoch, and for how many it was measured. */
  atMs: number;
  windowMs: number;
}

export interface PodGroups {
  /** Whose samples count. */
  ready: Pod[];
  /** Not ready, or too young for their CPU to say anything. */
  unready: Pod[];
  missing: Pod[];
}

const CPU_INITIALIZATION_MS = 300_000; // --horizontal-pod-autoscaler-cpu-initialization-period
const INITIAL_READINESS_MS = 30_000; // --horizontal-pod-autoscaler-initial-readiness-delay

/** Pods that are being deleted or have failed are in none. Kubernetes, pkg/controller/podautoscaler/replica_calculator.go, groupPods. */
export function groupPods(pods: readonly Pod[], samples: ReadonlyMap<string, Sample>, resource: string, now: number): PodGroups {
  const groups: PodGroups = { ready: [], unready: [], missing: [] };
  for (const pod of pods) {
    const { deletionTimestamp, name } = pod.metadata;
    if (deletionTimestamp !== undefined || pod.status?.phase === "Failed") continue;
    const sample = samples.get(name);
    if ((pod.status?.phase ?? "Pending") === "Pending") groups.unready.push(pod);
    else if (sample === undefined) groups.missing.push(pod);
    else if (resource === "cpu" && isTooYoung(pod, sample, now)) groups.unready.push(pod);
    else groups.ready.push(pod);
  }
  return groups;
}

/** In its first five minutes a pod counts only while it is ready and was measured since; later it must have been ready once. */
function isTooYoung(pod: Pod, { atMs, windowMs }: Sample, now: number): boolean {
  const ready = readyCondition(pod);
  const startedMs = parseTime(pod.status?.startTime);
  const changedMs = parseTime(ready?.lastTransitionTime);
  if (ready === undefined || startedMs === undefined || changedMs === undefined) return true;
  const isUnready = ready.status === "False";
  if (startedMs + CPU_INITIALIZATION_MS > now) return isUnready || atMs < changedMs + windowMs;
  return isUnready && startedMs + INITIAL_READINESS_MS > changedMs;
}
