/**
 * Which surplus pods go first. Each rule decides only where the ones before it find the two pods equal:
 *
 *   1  no node yet                                   5  more related pods on its node
 *   2  phase Pending, then Unknown, then Running     6  ready for a shorter time   (on a logarithmic scale)
 *   3  not ready                                     7  more restarts
 *   4  lower pod-deletion-cost                       8  created later              (on a logarithmic scale)
 *
 * Kubernetes, pkg/controller/controller_utils.go, ActivePodsWithRanks; the logarithm is KEP-2185.
 */
import type { Pod } from "@loopway/model";
import { parseTime } from "../parse-time.ts";
import { isActive, isReady, readyCondition } from "../pod-state.ts";

const DELETION_COST_ANNOTATION = "controller.kubernetes.io/pod-deletion-cost";

/** The pods, first to be deleted first. `related` are the pods of all ReplicaSets of the same owner. */
export function rankForDeletion(pods: readonly Pod[], related: readonly Pod[], now: number): Pod[] {
  const podsOnNode = new Map<string, number>();
  for (const { spec } of related.filter(isActive)) {
    const node = spec.nodeName ?? "";
    podsOnNode.set(node, (podsOnNode.get(node) ?? 0) + 1);
  }
  const crowd = ({ spec }: Pod) => podsOnNode.get(spec.nodeName ?? "") ?? 0;
  return [...pods].sort((left, right) => {
    return (
      Number(isBound(left)) - Number(isBound(right)) ||
      phaseRank(left) - phaseRank(right) ||
      Number(isReady(left)) - Number(isReady(right)) ||
      deletionCost(left) - deletionCost(right) ||
      crowd(right) - crowd(left) ||
      (isReady(left) ? compareAge(left, right, { timeOf: readySince, now }) : 0) ||
      restarts(right) - restarts(left) ||
      compareAge(left, right, { timeOf: createdAt, now })
    );
  });
}

function isBound({ spec }: Pod): boolean {
  return (spec.nodeName ?? "") !== "";
}

function phaseRank({ status }: Pod): number {
  const phase: string = status?.phase ?? "Pending";
  if (phase === "Pending") return 0;
  return phase === "Running" ? 2 : 1;
}

function deletionCost({ metadata }: Pod): number {
  const cost = Number(metadata.annotations?.[DELETION_COST_ANNOTATION] ?? 0);
  return Number.isInteger(cost) ? cost : 0;
}

function restarts({ status }: Pod): number {
  return Math.max(0, ...(status?.containerStatuses ?? []).map(({ restartCount }) => restartCount));
}

function readySince(pod: Pod): number | undefined {
  return parseTime(readyCondition(pod)?.lastTransitionTime);
}

function createdAt({ metadata }: Pod): number | undefined {
  return parseTime(metadata.creationTimestamp);
}

interface Age {
  timeOf: (pod: Pod) => number | undefined;
  now: number;
}

/** Without a time first, then younger before older; ages of the same order of magnitude fall to the uid, which is as good as chance. */
function compareAge(left: Pod, right: Pod, { timeOf, now }: Age): number {
  const [leftTime, rightTime] = [timeOf(left), timeOf(right)];
  if (leftTime === rightTime) return 0;
  if (leftTime === undefined) return -1;
  if (rightTime === undefined) return 1;
  const difference = magnitude(now - leftTime) - magnitude(now - rightTime);
  if (difference !== 0) return difference;
  return (left.metadata.uid ?? "") < (right.metadata.uid ?? "") ? -1 : 1;
}

/** The base-2 logarithm of an age in nanoseconds, whole. */
function magnitude(ageMs: number): number {
  return ageMs > 0 ? Math.floor(Math.log2(ageMs * 1e6)) : -1;
}
