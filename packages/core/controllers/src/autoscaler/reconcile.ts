import { type Change, type Controller, matchesSelector, type ReconcileInput, type ReconcileResult } from "@loopway/kube";
import {
  AUTOSCALER_MEMORY_ANNOTATION,
  type Deployment,
  type HorizontalPodAutoscaler,
  type MetricSpec,
  type Pod,
  timings,
} from "@loopway/model";
import { statusChange, updateChange } from "../changes.ts";
import { getByKey, ownKey } from "../owner.ts";
import { type Limited, limitReplicas, type Memory, remember } from "./behavior.ts";
import { buildStatus, type Decision } from "./build-status.ts";
import { type Measured, measure, type Unmeasured } from "./measure.ts";

const COMPONENT = "horizontal-pod-autoscaler";
const SCALABLE = new Set(["Deployment", "ReplicaSet", "StatefulSet"]);
/** autoscaling/v2 defaults: without metrics, 80 % of the CPU that is requested. */
const DEFAULT_METRICS: readonly MetricSpec[] = [
  { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } } },
];

type Scalable = Deployment;

/** HorizontalPodAutoscaler → the replicas of its target, looked at anew in every period. Keys: HorizontalPodAutoscalers. */
export const autoscalerController: Controller = {
  name: "autoscaler",
  // A change of its own memory or status is no reason to look.
  watches: [
    {
      kind: "HorizontalPodAutoscaler",
      keysOf: (object, previous) => (object?.metadata.generation === previous?.metadata.generation ? [] : ownKey(object, previous)),
    },
  ],
  reconcile: reconcileAutoscaler,
};

function reconcileAutoscaler(input: ReconcileInput): ReconcileResult {
  const { snapshot, key, now, settings } = input;
  const autoscaler = getByKey<HorizontalPodAutoscaler>(snapshot, "HorizontalPodAutoscaler", key);
  if (autoscaler === undefined || autoscaler.metadata.deletionTimestamp !== undefined) return { changes: [] };
  const { kind, name } = autoscaler.spec.scaleTargetRef;
  const target = SCALABLE.has(kind) ? snapshot.get<Scalable>(kind, autoscaler.metadata.namespace, name) : undefined;
  const requeueAfterMs = settings.timings?.["autoscaler-sync"] ?? timings["autoscaler-sync"];
  if (target === undefined) {
    const message = `the HPA controller was unable to get the target's current scale: ${kind} "${name}" not found`;
    const status = buildStatus(autoscaler, { able: { reason: "FailedGetScale", message }, current: 0, desired: 0, measured: [], now });
    return { changes: statusChange(autoscaler, status), requeueAfterMs };
  }
  return { changes: scale(autoscaler, target, input), requeueAfterMs };
}

function scale(autoscaler: HorizontalPodAutoscaler, target: Scalable, { snapshot, now }: ReconcileInput): Change[] {
  const current = target.spec.replicas ?? 1;
  const remembered = readMemory(autoscaler);
  // Its decisions are steps in time: there is one for each moment.
  if (remembered?.recommendations.at(-1)?.atMs === now) return [];
  // At first the present number counts as recommended, so that it is not shrunk before its window has passed.
  const memory = remembered ?? { recommendations: [{ replicas: current, atMs: now }], changes: [] };
  const { minReplicas = 1, maxReplicas, metrics = DEFAULT_METRICS } = autoscaler.spec;
  if (current === 0 && minReplicas !== 0) {
    const active = { reason: "ScalingDisabled", message: "scaling is disabled since the replica count of the target is zero" };
    return statusChange(autoscaler, buildStatus(autoscaler, { active, current: 0, desired: 0, measured: [], now }));
  }
  const scope = target.metadata.namespace === undefined ? {} : { namespace: target.metadata.namespace };
  const pods = snapshot.list<Pod>("Pod", scope).filter(({ metadata }) => matchesSelector(target.spec.selector, metadata.labels));
  const results = (metrics.length === 0 ? DEFAULT_METRICS : metrics).map((metric) =>
    measure(metric, { snapshot, autoscaler, pods, current, now }),
  );
  const measured = results.filter((result) => "replicas" in result);
  const failure = results.find((result): result is Unmeasured => !("replicas" in result));
  const asked = Math.max(...measured.map(({ replicas }) => replicas));
  const bounded = Math.min(maxReplicas, Math.max(minReplicas, current));
  // Outside of the bounds it is brought inside, whatever is measured. A metric that fails forbids to shrink by the others.
  const isBlocked = measured.length === 0 || (failure !== undefined && asked < current);
  const limit = { spec: autoscaler.spec, current, recommended: asked, memory, now };
  const limited: Limited = bounded === current && !isBlocked ? limitReplicas(limit) : { replicas: bounded, isStabilized: false };
  const { replicas } = limited;
  const decision: Decision = {
    current,
    desired: replicas,
    measured,
    limited,
    now,
    ...(isBlocked && bounded === current && failure !== undefined ? { active: failure } : {}),
  };
  const next = {
    ...autoscaler,
    metadata: { ...autoscaler.metadata, annotations: withMemory(autoscaler, isBlocked ? memory : remember(limit, replicas - current)) },
  };
  return [
    ...updateChange(autoscaler, next),
    ...(replicas === current ? [] : rescale(target, autoscaler, { replicas, measured })),
    ...statusChange(autoscaler, buildStatus(autoscaler, decision)),
  ];
}

function rescale(
  target: Scalable,
  about: HorizontalPodAutoscaler,
  { replicas, measured }: { replicas: number; measured: readonly Measured[] },
): Change[] {
  const reason = rescaleReason(target.spec.replicas ?? 1, replicas, about, measured);
  const message = `New size: ${replicas}; reason: ${reason}`;
  return [
    ...updateChange(target, { ...target, spec: { ...target.spec, replicas } } as Scalable),
    { op: "event", type: "Normal", reason: "SuccessfulRescale", message, about, component: COMPONENT },
  ];
}

/** Kubernetes, horizontal.go, in its words. */
function rescaleReason(current: number, replicas: number, { spec }: HorizontalPodAutoscaler, measured: readonly Measured[]): string {
  if (current > spec.maxReplicas) return "Current number of replicas above Spec.MaxReplicas";
  if (current < (spec.minReplicas ?? 1)) return "Current number of replicas below Spec.MinReplicas";
  if (replicas < current) return "All metrics below target";
  const cause = measured.find((each) => each.replicas > current);
  return `${cause?.resource} resource utilization${cause?.averageUtilization === undefined ? "" : " (percentage of request)"} above target`;
}

/** Somebody may have written into it: then nothing is remembered. */
function readMemory({ metadata }: HorizontalPodAutoscaler): Memory | undefined {
  try {
    const { recommendations, changes } = JSON.parse(metadata.annotations?.[AUTOSCALER_MEMORY_ANNOTATION] ?? "") as Partial<Memory>;
    return Array.isArray(recommendations) && Array.isArray(changes) ? { recommendations, changes } : undefined;
  } catch {
    return undefined;
  }
}

function withMemory({ metadata }: HorizontalPodAutoscaler, memory: Memory): Record<string, string> {
  return { ...metadata.annotations, [AUTOSCALER_MEMORY_ANNOTATION]: JSON.stringify(memory) };
}
