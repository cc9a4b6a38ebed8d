import { type Change, type Controller, type ReconcileInput, type ReconcileResult, restartDelayMs } from "@loopway/kube";
import type { Job, Pod } from "@loopway/model";
import { deletionChange, statusChange } from "../changes.ts";
import { controllerKey, getByKey, listControlled, ownKey } from "../owner.ts";
import { parseTime } from "../parse-time.ts";
import { podFromTemplate } from "../pod-from-template.ts";
import { generateName } from "../random-suffix.ts";
import { buildStatus, countPods, type JobCount, jobEnd } from "./build-status.ts";

const COMPONENT = "job-controller";
/** Kubernetes, "Jobs", pod backoff failure policy: 10 s, 20 s, 40 s … capped at six minutes, from the last failure on. */
const FIRST_BACK_OFF_MS = 10_000;
const LAST_BACK_OFF_MS = 360_000;

/** Job → Pods, until enough have succeeded or too many failed. Keys: Jobs. */
export const jobController: Controller = {
  name: "job",
  watches: [
    { kind: "Job", keysOf: ownKey },
    { kind: "Pod", keysOf: (object, previous) => controllerKey(object ?? previous, "Job") },
  ],
  reconcile: reconcileJob,
};

function reconcileJob(input: ReconcileInput): ReconcileResult {
  const { snapshot, key, now } = input;
  const job = getByKey<Job>(snapshot, "Job", key);
  if (job === undefined || job.metadata.deletionTimestamp !== undefined || isOver(job)) return { changes: [] };
  const pods = listControlled<Pod>(snapshot, "Pod", job);
  const count = countPods(pods);
  const end = jobEnd(job, count, now);
  const status = statusChange(job, buildStatus(job, count, { end, now }));
  if (end !== undefined) {
    const type = end.type === "Failed" ? "Warning" : "Normal";
    const [reason, message] = end.type === "Failed" ? [end.reason ?? "", end.message ?? ""] : ["Completed", "Job completed"];
    const told: Change = { op: "event", type, reason, message, about: job, component: COMPONENT };
    return { changes: [...count.active.map(deletionChange), told, ...status] };
  }
  const waitMs = backOffMs(input, pods, count);
  const changes = [...(waitMs > 0 ? [] : podChanges(input, job, count)), ...status];
  const times = [waitMs, deadlineInMs(job, now)].filter((time) => time > 0 && Number.isFinite(time));
  return times.length === 0 ? { changes } : { changes, requeueAfterMs: Math.min(...times) };
}

function isOver({ status }: Job): boolean {
  return (
    status?.conditions?.some(
      (condition) => condition.status === "True" && (condition.type === "Complete" || condition.type === "Failed"),
    ) === true
  );
}

function podChanges({ snapshot, random }: ReconcileInput, job: Job, { active, succeeded }: JobCount): Change[] {
  const { completions, parallelism = 1, suspend } = job.spec;
  // Without completions nothing new starts once one has succeeded.
  const left = completions === undefined ? (succeeded > 0 ? active.length : parallelism) : completions - succeeded;
  const wanted = suspend === true ? 0 : Math.min(parallelism, left);
  const surplus = active.slice(wanted).map(deletionChange);
  const isTaken = (name: string) => snapshot.get("Pod", job.metadata.namespace, name) !== undefined;
  const created = Array.from({ length: Math.max(0, wanted - active.length) }, () =>
    buildPod(job, generateName(`${job.metadata.name}-`, random, isTaken)),
  );
  return [...surplus, ...created.flatMap((pod): Change[] => [{ op: "create", object: pod }, createdEvent(job, pod)])];
}

function createdEvent(about: Job, { metadata }: Pod): Change {
  const message = `Created pod: ${metadata.name}`;
  return { op: "event", type: "Normal", reason: "SuccessfulCreate", message, about, component: COMPONENT };
}

function buildPod(job: Job, name: string): Pod {
  const uid = job.metadata.uid ?? "";
  const identity = { "batch.kubernetes.io/controller-uid": uid, "batch.kubernetes.io/job-name": job.metadata.name };
  const labels = { ...identity, "controller-uid": uid, "job-name": job.metadata.name };
  return podFromTemplate(job, job.spec.template, { name, generateName: `${job.metadata.name}-`, labels });
}

/** Milliseconds until a pod may replace one that failed. */
function backOffMs({ now, settings }: ReconcileInput, pods: readonly Pod[], { failed }: JobCount): number {
  const ends = pods.filter(({ status }) => status?.phase === "Failed").map((pod) => endOf(pod) ?? now);
  if (ends.length === 0) return 0;
  const policy = {
    firstMs: settings.timings?.["crash-loop"] ?? FIRST_BACK_OFF_MS,
    lastMs: LAST_BACK_OFF_MS,
    resetAfterMs: Number.POSITIVE_INFINITY,
  };
  return Math.max(...ends) + restartDelayMs(policy, failed + 1) - now;
}

function endOf({ status }: Pod): number | undefined {
  const state = status?.containerStatuses?.[0]?.state?.terminated as { finishedAt?: string } | undefined;
  return parseTime(state?.finishedAt);
}

function deadlineInMs({ spec, status }: Job, now: number): number {
  if (spec.activeDeadlineSeconds === undefined) return Number.POSITIVE_INFINITY;
  return (parseTime(status?.startTime) ?? now) + spec.activeDeadlineSeconds * 1000 - now;
}
