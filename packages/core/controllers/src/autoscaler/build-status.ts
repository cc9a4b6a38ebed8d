import { formatTimestamp } from "@loopway/kube";
import type { Condition, HorizontalPodAutoscaler } from "@loopway/model";
import type { Limited } from "./behavior.ts";
import type { Measured, Unmeasured } from "./measure.ts";

type Status = NonNullable<HorizontalPodAutoscaler["status"]>;

export interface Decision {
  current: number;
  desired: number;
  measured: readonly Measured[];
  limited?: Limited;
  /** Why nothing could be decided: the target, or the metrics. */
  able?: Unmeasured;
  active?: Unmeasured;
  now: number;
}

/** Kubernetes, pkg/controller/podautoscaler/horizontal.go: the conditions AbleToScale, ScalingActive and ScalingLimited with its words. */
export function buildStatus({ metadata, status }: HorizontalPodAutoscaler, decision: Decision): Status {
  const { current, desired, measured, now } = decision;
  const lastScaleTime = desired === current ? status?.lastScaleTime : formatTimestamp(now);
  return {
    ...(metadata.generation === undefined ? {} : { observedGeneration: metadata.generation }),
    ...(lastScaleTime === undefined ? {} : { lastScaleTime }),
    currentReplicas: current,
    desiredReplicas: desired,
    currentMetrics: measured.map(({ resource, averageUtilization, averageValue }) => {
      const average = { averageValue: formatQuantity(resource, averageValue) };
      return {
        type: "Resource",
        resource: { name: resource, current: averageUtilization === undefined ? average : { averageUtilization, ...average } },
      };
    }),
    conditions: conditionsOf(decision).map((condition) => withTransition(condition, status?.conditions ?? [], now)),
  };
}

function formatQuantity(resource: string, value: number): string {
  return resource === "cpu" ? `${Math.round(value * 1000)}m` : String(Math.round(value));
}

function conditionsOf({ current, desired, measured, limited, able, active }: Decision): Condition[] {
  if (able !== undefined) return [{ type: "AbleToScale", status: "False", ...able }];
  const conditions = [ableToScale(current, desired, limited)];
  if (active !== undefined) return [...conditions, { type: "ScalingActive", status: "False", ...active }];
  const [first] = measured;
  const message = `the HPA was able to successfully calculate a replica count from ${first?.resource ?? ""} resource ${first?.averageUtilization === undefined ? "" : "utilization (percentage of request)"}`;
  if (first !== undefined)
    conditions.push({ type: "ScalingActive", status: "True", reason: "ValidMetricFound", message: message.trimEnd() });
  conditions.push(scalingLimited(limited));
  return conditions;
}

function ableToScale(current: number, desired: number, limited: Limited | undefined): Condition {
  const type = "AbleToScale";
  if (desired !== current) {
    return {
      type,
      status: "True",
      reason: "SucceededRescale",
      message: `the HPA controller was able to update the target scale to ${desired}`,
    };
  }
  if (limited?.isStabilized === true) {
    const message = "recent recommendations were higher than current one, applying the highest recent recommendation";
    return { type, status: "True", reason: "ScaleDownStabilized", message };
  }
  return { type, status: "True", reason: "ReadyForNewScale", message: "recommended size matches current size" };
}

const LIMITS: Readonly<Record<NonNullable<Limited["limit"]>, string>> = {
  TooManyReplicas: "the desired replica count is more than the maximum replica count",
  TooFewReplicas: "the desired replica count is less than the minimum replica count",
  ScaleUpLimit: "the desired replica count is increasing faster than the maximum scale rate",
  ScaleDownLimit: "the desired replica count is decreasing faster than the maximum scale rate",
};

function scalingLimited(limited: Limited | undefined): Condition {
  const type = "ScalingLimited";
  const limit = limited?.limit;
  if (limit !== undefined) return { type, status: "True", reason: limit, message: LIMITS[limit] };
  return { type, status: "False", reason: "DesiredWithinRange", message: "the desired count is within the acceptable range" };
}

function withTransition(condition: Condition, before: readonly Condition[], now: number): Condition {
  const known = before.find(({ type }) => type === condition.type);
  return {
    ...condition,
    lastTransitionTime: known?.status === condition.status ? (known.lastTransitionTime ?? formatTimestamp(now)) : formatTimestamp(now),
  };
}
