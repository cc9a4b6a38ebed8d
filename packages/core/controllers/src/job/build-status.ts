import { formatTimestamp } from "@loopway/kube";
import type { Condition, Job, Pod } from "@loopway/model";
import { parseTime } from "../parse-time.ts";
import { isActive, isReady } from "../pod-state.ts";

type JobStatus = NonNullable<Job["status"]>;

const DEFAULT_BACKOFF_LIMIT = 6; // batch/v1 defaults

/** How the pods of a Job stand. */
export interface JobCount {
  active: Pod[];
  succeeded: number;
  failed: number;
}

export function countPods(pods: readonly Pod[]): JobCount {
  const active = pods.filter(isActive);
  // With restartPolicy OnFailure a failure restarts the container in its pod.
  const restarts = active.flatMap(({ status }) => status?.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0);
  const isOnFailure = pods[0]?.spec.restartPolicy === "OnFailure";
  return {
    active,
    succeeded: pods.filter(({ status }) => status?.phase === "Succeeded").length,
    failed: pods.filter(({ status }) => status?.phase === "Failed").length + (isOnFailure ? restarts : 0),
  };
}

/** Why the Job is over, if it is. Kubernetes, pkg/controller/job, syncJob. */
export function jobEnd({ spec, status }: Job, { active, succeeded, failed }: JobCount, now: number): Condition | undefined {
  const { backoffLimit = DEFAULT_BACKOFF_LIMIT, activeDeadlineSeconds } = spec;
  if (failed > backoffLimit) return failedFor("BackoffLimitExceeded", "Job has reached the specified backoff limit");
  const startedMs = parseTime(status?.startTime) ?? now;
  if (activeDeadlineSeconds !== undefined && now >= startedMs + activeDeadlineSeconds * 1000) {
    return failedFor("DeadlineExceeded", "Job was active longer than specified deadline");
  }
  // Without completions one success is enough, once all others have ended.
  const isComplete = spec.completions === undefined ? succeeded > 0 && active.length === 0 : succeeded >= spec.completions;
  if (!isComplete) return undefined;
  return { type: "Complete", status: "True", reason: "CompletionsReached", message: "Reached expected number of succeeded pods" };
}

function failedFor(reason: string, message: string): Condition {
  return { type: "Failed", status: "True", reason, message };
}

export function buildStatus(
  job: Job,
  { active, succeeded, failed }: JobCount,
  { end, now }: { end: Condition | undefined; now: number },
): JobStatus {
  const time = formatTimestamp(now);
  const running = end === undefined ? active : [];
  return {
    startTime: job.status?.startTime ?? time,
    ...(running.length === 0 ? {} : { active: running.length }),
    ready: running.filter(isReady).length,
    ...(succeeded === 0 ? {} : { succeeded }),
    ...(failed === 0 ? {} : { failed }),
    ...(end?.type === "Complete" ? { completionTime: time } : {}),
    ...(end === undefined ? {} : { conditions: [{ ...end, lastTransitionTime: time }] }),
  };
}
