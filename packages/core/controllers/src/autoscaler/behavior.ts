/**
 * From what the metrics ask for to what is done: within the bounds, not back and forth, not too fast. Kubernetes, horizontal.go,
 * normalizeDesiredReplicasWithBehaviors.
 */
import type { HorizontalPodAutoscaler, ScalingRules } from "@loopway/model";

/** What the autoscaler remembers. Times are milliseconds since the epoch. */
export interface Memory {
  recommendations: { replicas: number; atMs: number }[];
  /** Positive: added; negative: taken away. */
  changes: { by: number; atMs: number }[];
}

export interface Limited {
  replicas: number;
  /** The reason of the condition ScalingLimited; undefined when nothing limited it. */
  limit?: "TooManyReplicas" | "TooFewReplicas" | "ScaleUpLimit" | "ScaleDownLimit";
  /** A stabilisation window held it back. */
  isStabilized: boolean;
}

type Policy = NonNullable<ScalingRules["policies"]>[number];

/** autoscaling/v2 defaults. */
const SCALE_UP = {
  windowMs: 0,
  policies: [
    { type: "Pods", value: 4, periodSeconds: 15 },
    { type: "Percent", value: 100, periodSeconds: 15 },
  ] as Policy[],
};
const SCALE_DOWN = { windowMs: 300_000, policies: [{ type: "Percent", value: 100, periodSeconds: 15 }] as Policy[] };

export interface LimitInput {
  spec: Pick<HorizontalPodAutoscaler["spec"], "minReplicas" | "maxReplicas" | "behavior">;
  current: number;
  /** What the metrics ask for. */
  recommended: number;
  /** Without the present recommendation. */
  memory: Memory;
  now: number;
}

export function limitReplicas(input: LimitInput): Limited {
  const stabilized = stabilize(input);
  const isStabilized = stabilized !== input.recommended;
  const { minReplicas = 1, maxReplicas } = input.spec;
  const { current } = input;
  if (stabilized > current) {
    const limit = Math.max(current, scaleUpLimit(input));
    const most = Math.min(maxReplicas, limit);
    if (stabilized <= most) return { replicas: stabilized, isStabilized };
    return { replicas: most, limit: most === maxReplicas ? "TooManyReplicas" : "ScaleUpLimit", isStabilized };
  }
  if (stabilized < current) {
    const limit = Math.min(current, scaleDownLimit(input));
    const least = Math.max(minReplicas, limit);
    if (stabilized >= least) return { replicas: stabilized, isStabilized };
    return { replicas: least, limit: least === minReplicas ? "TooFewReplicas" : "ScaleDownLimit", isStabilized };
  }
  return { replicas: current, isStabilized };
}

/** Of the recommendations in each window, the lowest counts for growing and the highest for shrinking. */
function stabilize({ spec, current, recommended, memory, now }: LimitInput): number {
  const within = (windowMs: number) => memory.recommendations.filter(({ atMs }) => atMs > now - windowMs).map(({ replicas }) => replicas);
  const up = Math.min(recommended, ...within(windowMs(spec.behavior?.scaleUp, SCALE_UP.windowMs)));
  const down = Math.max(recommended, ...within(windowMs(spec.behavior?.scaleDown, SCALE_DOWN.windowMs)));
  return Math.min(Math.max(current, up), down);
}

function windowMs(rules: ScalingRules | undefined, otherwise: number): number {
  return rules?.stabilizationWindowSeconds === undefined ? otherwise : rules.stabilizationWindowSeconds * 1000;
}

function scaleUpLimit({ spec, current, memory, now }: LimitInput): number {
  const { selectPolicy = "Max", policies = SCALE_UP.policies } = spec.behavior?.scaleUp ?? {};
  if (selectPolicy === "Disabled") return current;
  const limits = policies.map((policy) => {
    const before = current - changedBy(memory, policy, now);
    return policy.type === "Pods" ? before + policy.value : Math.ceil(before * (1 + policy.value / 100));
  });
  return selectPolicy === "Max" ? Math.max(...limits) : Math.min(...limits);
}

/** "Max" is the policy that allows the greatest change: here the lowest number. */
function scaleDownLimit({ spec, current, memory, now }: LimitInput): number {
  const { selectPolicy = "Max", policies = SCALE_DOWN.policies } = spec.behavior?.scaleDown ?? {};
  if (selectPolicy === "Disabled") return current;
  const limits = policies.map((policy) => {
    const before = current - changedBy(memory, policy, now);
    return policy.type === "Pods" ? before - policy.value : Math.trunc(before * (1 - policy.value / 100));
  });
  return selectPolicy === "Max" ? Math.min(...limits) : Math.max(...limits);
}

/** By how much the number of replicas has changed in the policy's period. */
function changedBy({ changes }: Memory, { periodSeconds }: Policy, now: number): number {
  return changes.filter(({ atMs }) => atMs > now - periodSeconds * 1000).reduce((sum, { by }) => sum + by, 0);
}

/** The memory after a decision, without what no window or period of the behaviour reaches any more. */
export function remember({ spec, recommended, memory, now }: LimitInput, change: number): Memory {
  const { scaleUp, scaleDown } = spec.behavior ?? {};
  const periods = [...(scaleUp?.policies ?? SCALE_UP.policies), ...(scaleDown?.policies ?? SCALE_DOWN.policies)];
  const longestMs = Math.max(
    windowMs(scaleUp, SCALE_UP.windowMs),
    windowMs(scaleDown, SCALE_DOWN.windowMs),
    ...periods.map(({ periodSeconds }) => periodSeconds * 1000),
  );
  const isRecent = ({ atMs }: { atMs: number }) => atMs > now - longestMs;
  return {
    recommendations: [...memory.recommendations, { replicas: recommended, atMs: now }].filter(isRecent),
    changes: [...memory.changes, ...(change === 0 ? [] : [{ by: change, atMs: now }])].filter(isRecent),
  };
}
