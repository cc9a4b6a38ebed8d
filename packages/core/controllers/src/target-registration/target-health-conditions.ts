// The condition behind a readiness gate: what the target group says of the pod's target (pkg/targetgroupbinding/resource_manager.go).
import { type Change, formatTimestamp, type IndexFunction, type Snapshot } from "@loopway/kube";
import type { Condition, Pod, Target, TargetGroup, TargetGroupBinding } from "@loopway/model";
import { statusChange } from "../changes.ts";

const PREFIX = "target-health.elbv2.k8s.aws/";
const IN_PROGRESS = { reason: "Elb.RegistrationInProgress", message: "Target registration is in progress" };

export function gateOf({ metadata }: { metadata: { name: string } }): string {
  return PREFIX + metadata.name;
}

const gatesOf: IndexFunction = (object) => (object as Pod).spec.readinessGates?.map(({ conditionType }) => conditionType) ?? [];

/** Names of the bindings for whose health the pod waits. */
export function bindingsOfGates({ spec }: Pod): string[] {
  return (spec.readinessGates ?? []).flatMap(({ conditionType }) =>
    conditionType.startsWith(PREFIX) ? [conditionType.slice(PREFIX.length)] : [],
  );
}

/** Such a pod is registered although it is not ready: it cannot become ready before it is registered. */
export function waitsOnlyForGate(pod: Pod | undefined, gate: string): boolean {
  const hasGate = pod?.spec.readinessGates?.some(({ conditionType }) => conditionType === gate) === true;
  return hasGate && pod.status?.conditions?.some(({ type, status }) => type === "ContainersReady" && status === "True") === true;
}

interface Observed {
  /** With its targets of before this reconcile, and their health. */
  targetGroup: TargetGroup;
  /** Those that are, or will be, registered. */
  wanted: readonly Target[];
}

/** `now` in milliseconds since the epoch. Pods without the gate are left alone. */
export function planConditions(
  binding: TargetGroupBinding,
  observed: Observed,
  { snapshot, now }: { snapshot: Snapshot; now: number },
): Change[] {
  const gate = gateOf(binding);
  const { namespace } = binding.metadata;
  if (binding.spec.targetType !== "ip" || namespace === undefined) return [];
  return snapshot.list<Pod>("Pod", { namespace, by: { index: gatesOf, value: gate } }).flatMap((pod) => {
    const { podIP } = pod.status ?? {};
    const target = observed.wanted.find(({ id }) => id === podIP);
    if (target === undefined) return [];
    return statusChange(pod, withCondition(pod, buildCondition(gate, target, observed.targetGroup), now));
  });
}

function buildCondition(type: string, target: Target, { spec, status }: TargetGroup): Condition {
  const isTarget = ({ id, port }: Target) => id === target.id && port === target.port;
  const health = status?.targetHealthDescriptions?.find((description) => isTarget(description.target))?.targetHealth;
  if (health === undefined || spec.targets?.some(isTarget) !== true) return { type, status: "False", ...IN_PROGRESS };
  const { state, reason, description } = health;
  return {
    type,
    status: state === "healthy" ? "True" : "False",
    ...(reason === undefined ? {} : { reason }),
    ...(description === undefined ? {} : { message: description }),
  };
}

/** A condition keeps its time of transition until its status changes. */
function withCondition({ status }: Pod, condition: Condition, now: number): Pod["status"] {
  const conditions = status?.conditions ?? [];
  const before = conditions.find(({ type }) => type === condition.type);
  const lastTransitionTime = before?.status === condition.status ? before.lastTransitionTime : formatTimestamp(now);
  const next = { ...condition, ...(lastTransitionTime === undefined ? {} : { lastTransitionTime }) };
  return { ...status, conditions: [...conditions.filter(({ type }) => type !== condition.type), next] };
}
