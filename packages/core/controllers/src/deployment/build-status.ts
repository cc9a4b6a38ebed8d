/** What a Deployment reports. Kubernetes, pkg/controller/deployment/sync.go (calculateStatus) and progress.go (syncRolloutStatus). */
import { formatTimestamp } from "@loopway/kube";
import type { Condition, Deployment, ReplicaSet } from "@loopway/model";
import { parseTime } from "../parse-time.ts";
import { availableOf, sum } from "./plan-rolling.ts";
import type { ReplicaBounds } from "./replica-bounds.ts";
import { listAll, type ReplicaSets, replicasOf } from "./replica-sets.ts";

type DeploymentStatus = NonNullable<Deployment["status"]>;
type DeploymentCondition = Condition & { lastUpdateTime?: string };
type NewCondition = Pick<DeploymentCondition, "type" | "status" | "reason" | "message">;

export interface StatusInput {
  deployment: Deployment;
  sets: ReplicaSets;
  bounds: ReplicaBounds;
  /** Name of the ReplicaSet that this very reconcile creates. */
  created: string | undefined;
  now: number;
}

const DEFAULT_PROGRESS_DEADLINE_SECONDS = 600; // apps/v1 defaults
const COMPLETE = "NewReplicaSetAvailable";
const TIMED_OUT = "ProgressDeadlineExceeded";
const PAUSED = "DeploymentPaused";
const NO_DEADLINE_SECONDS = 2 ** 31 - 1; // apps/v1: the largest int32 means none

export function buildStatus(input: StatusInput): DeploymentStatus {
  const { deployment, sets, bounds, now } = input;
  const all = listAll(sets);
  const available = sum(all, availableOf);
  const status: DeploymentStatus = {
    observedGeneration: deployment.metadata.generation ?? 0,
    replicas: sum(all, observedReplicasOf),
    updatedReplicas: sets.current === undefined ? 0 : observedReplicasOf(sets.current),
    readyReplicas: sum(all, (replicaSet) => replicaSet.status?.readyReplicas ?? 0),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, sum(all, replicasOf) - available),
  };
  let conditions: DeploymentCondition[] = deployment.status?.conditions ?? [];
  conditions = withCondition(conditions, availability(available, bounds), now);
  const progress = progressOf(input, status);
  // Each sign of progress renews the condition, so that the deadline counts from the last one.
  if (progress?.reason === "ReplicaSetUpdated") conditions = renewed(conditions, progress, now);
  else if (progress !== undefined) conditions = withCondition(conditions, progress, now);
  return { ...status, conditions };
}

/** When to look whether the rollout is stuck; undefined when nothing is awaited. Milliseconds from now. */
export function stuckCheckAfterMs(deployment: Deployment, status: DeploymentStatus, now: number): number | undefined {
  const condition = progressing(status);
  const isSettled = condition?.reason === COMPLETE || condition?.reason === TIMED_OUT || condition?.reason === PAUSED;
  if (condition === undefined || isSettled || deadlineMs(deployment) === Number.POSITIVE_INFINITY) return undefined;
  // A second more, because the times in conditions have no fractions.
  return Math.max(0, (parseTime(condition.lastUpdateTime) ?? now) + deadlineMs(deployment) - now) + 1000;
}

/** All pods are of the current template, all are available, and nobody asked for something else in the meantime. */
export function isComplete({ replicas, updatedReplicas, availableReplicas }: DeploymentStatus, { desired }: ReplicaBounds): boolean {
  return updatedReplicas === desired && replicas === desired && availableReplicas === desired;
}

function availability(available: number, { desired, maxUnavailable }: ReplicaBounds): NewCondition {
  const type = "Available";
  if (available >= desired - maxUnavailable) {
    return { type, status: "True", reason: "MinimumReplicasAvailable", message: "Deployment has minimum availability." };
  }
  return { type, status: "False", reason: "MinimumReplicasUnavailable", message: "Deployment does not have minimum availability." };
}

function progressOf({ deployment, sets, bounds, created, now }: StatusInput, status: DeploymentStatus): NewCondition | undefined {
  const type = "Progressing";
  if (created !== undefined) {
    return { type, status: "True", reason: "NewReplicaSetCreated", message: `Created new replica set "${created}"` };
  }
  const before = progressing(deployment.status);
  if (deployment.spec.paused === true) {
    return before?.reason === TIMED_OUT ? undefined : { type, status: "Unknown", reason: PAUSED, message: "Deployment is paused" };
  }
  if (before?.reason === PAUSED) return { type, status: "Unknown", reason: "DeploymentResumed", message: "Deployment is resumed" };
  if (before?.reason === COMPLETE && status.replicas === status.updatedReplicas) return undefined;
  const subject = sets.current === undefined ? `Deployment "${deployment.metadata.name}"` : `ReplicaSet "${sets.current.metadata.name}"`;
  if (isComplete(status, bounds)) return { type, status: "True", reason: COMPLETE, message: `${subject} has successfully progressed.` };
  if (hasProgressed(deployment.status ?? {}, status)) {
    return { type, status: "True", reason: "ReplicaSetUpdated", message: `${subject} is progressing.` };
  }
  if (before === undefined) {
    if (sets.current === undefined) return undefined;
    const message = `Found new replica set "${sets.current.metadata.name}"`;
    return { type, status: "True", reason: "FoundNewReplicaSet", message };
  }
  if (before.reason === COMPLETE || (parseTime(before.lastUpdateTime) ?? now) + deadlineMs(deployment) >= now) return undefined;
  return { type, status: "False", reason: TIMED_OUT, message: `${subject} has timed out progressing.` };
}

/** More new pods, fewer old ones, or more of them ready or available. */
function hasProgressed(before: DeploymentStatus, after: DeploymentStatus): boolean {
  const old = ({ replicas = 0, updatedReplicas = 0 }: DeploymentStatus) => replicas - updatedReplicas;
  const rose = (["updatedReplicas", "readyReplicas", "availableReplicas"] as const).some(
    (field) => (after[field] ?? 0) > (before[field] ?? 0),
  );
  return rose || old(after) < old(before);
}

function withCondition(conditions: readonly DeploymentCondition[], condition: NewCondition, now: number): DeploymentCondition[] {
  const before = conditions.find(({ type }) => type === condition.type);
  if (before?.status === condition.status && before?.reason === condition.reason) return [...conditions];
  return renewed(conditions, condition, now);
}

function renewed(conditions: readonly DeploymentCondition[], condition: NewCondition, now: number): DeploymentCondition[] {
  const before = conditions.find(({ type }) => type === condition.type);
  const time = formatTimestamp(now);
  const lastTransitionTime = before?.status === condition.status ? (before.lastTransitionTime ?? time) : time;
  return [...conditions.filter(({ type }) => type !== condition.type), { ...condition, lastUpdateTime: time, lastTransitionTime }];
}

function progressing(status: DeploymentStatus | undefined): DeploymentCondition | undefined {
  return status?.conditions?.find(({ type }) => type === "Progressing");
}

function deadlineMs({ spec }: Deployment): number {
  const { progressDeadlineSeconds = DEFAULT_PROGRESS_DEADLINE_SECONDS } = spec as { progressDeadlineSeconds?: number };
  return progressDeadlineSeconds >= NO_DEADLINE_SECONDS ? Number.POSITIVE_INFINITY : progressDeadlineSeconds * 1000;
}

function observedReplicasOf({ status }: ReplicaSet): number {
  return status?.replicas ?? 0;
}
