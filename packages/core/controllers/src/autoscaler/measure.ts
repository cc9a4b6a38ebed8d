/** One metric of an autoscaler: what its pods use, and how many replicas that asks for. */
import type { Snapshot } from "@loopway/kube";
import type { HorizontalPodAutoscaler, MetricSpec, Pod, PodMetrics } from "@loopway/model";
import { parseTime } from "../parse-time.ts";
import { averageOf, countReplicas, DEFAULT_TOLERANCE, type Target, type Tolerance, type Use, utilizationOf } from "./count-replicas.ts";
import { groupPods, type Sample } from "./group-pods.ts";
import { parseQuantity } from "./quantity.ts";

export interface Measured {
  replicas: number;
  /** For status and events. */
  resource: string;
  averageUtilization?: number;
  averageValue: number;
}

/** Why a metric has no answer: the reason and message of the condition ScalingActive. */
export interface Unmeasured {
  reason: string;
  message: string;
}

export interface MeasureInput {
  snapshot: Snapshot;
  autoscaler: HorizontalPodAutoscaler;
  pods: readonly Pod[];
  current: number;
  now: number;
}

export function measure({ type, resource }: MetricSpec, { snapshot, autoscaler, pods, current, now }: MeasureInput): Measured | Unmeasured {
  if (type !== "Resource" || resource === undefined) {
    return { reason: `FailedGet${type}Metric`, message: `no metrics of type ${type} are served: only Resource` };
  }
  const { name, target } = resource;
  const failed = (why: string): Unmeasured => ({
    reason: "FailedGetResourceMetric",
    message: `failed to get ${name} ${target.type === "Utilization" ? "utilization" : "usage"}: ${why}`,
  });
  const wanted = targetOf(target);
  if (wanted === undefined) return failed("the target has no value");
  const samples = samplesOf(snapshot, pods, name);
  const groups = groupPods(pods, samples, name, now);
  const isShare = wanted.utilization !== undefined;
  const requests = new Map(pods.map((pod) => [pod.metadata.name, isShare ? requestOf(pod, name) : 1]));
  const without = isShare
    ? [...groups.ready, ...groups.missing, ...groups.unready].find(({ metadata }) => requests.get(metadata.name) === undefined)
    : undefined;
  if (without !== undefined)
    return failed(`missing request for ${name} in container ${containerWithout(without, name)} of Pod ${without.metadata.name}`);
  const useOf = ({ metadata }: Pod): Use => ({ value: samples.get(metadata.name)?.value ?? 0, request: requests.get(metadata.name) ?? 1 });
  const ready = groups.ready.map(useOf);
  if (ready.length === 0)
    return failed(
      samples.size === 0
        ? "no metrics returned from resource metrics API"
        : "did not receive metrics for targeted pods (pods might be unready)",
    );
  const usage = { ready, missing: groups.missing.map(useOf), unready: groups.unready.map(useOf) };
  return {
    replicas: countReplicas(current, usage, wanted, toleranceOf(autoscaler)),
    resource: name,
    averageValue: averageOf(ready),
    ...(isShare ? { averageUtilization: utilizationOf(ready) } : {}),
  };
}

function targetOf({ type, averageUtilization, averageValue }: NonNullable<MetricSpec["resource"]>["target"]): Target | undefined {
  if (type === "Utilization") return averageUtilization === undefined ? undefined : { utilization: averageUtilization };
  const value = averageValue === undefined ? undefined : parseQuantity(averageValue);
  return value === undefined ? undefined : { value };
}

function toleranceOf({ spec }: HorizontalPodAutoscaler): Tolerance {
  const of = (tolerance: number | string | undefined) =>
    (tolerance === undefined ? undefined : parseQuantity(tolerance)) ?? DEFAULT_TOLERANCE;
  return { up: of(spec.behavior?.scaleUp?.tolerance), down: of(spec.behavior?.scaleDown?.tolerance) };
}

/** By pod name. A pod whose containers do not all tell the resource has none. */
function samplesOf(snapshot: Snapshot, pods: readonly Pod[], resource: string): Map<string, Sample> {
  const samples = new Map<string, Sample>();
  for (const { metadata } of pods) {
    const metrics = snapshot.get<PodMetrics>("PodMetrics", metadata.namespace, metadata.name);
    const values = metrics?.containers.map(({ usage }) => parseQuantity(usage[resource] ?? "")) ?? [];
    if (metrics === undefined || values.length === 0 || values.some((value) => value === undefined)) continue;
    const windowMs = (parseQuantity(metrics.window.replace(/s$/, "")) ?? 0) * 1000;
    const value = values.reduce<number>((sum, each) => sum + (each ?? 0), 0);
    samples.set(metadata.name, { value, atMs: parseTime(metrics.timestamp) ?? 0, windowMs });
  }
  return samples;
}

/** What all its containers request together; undefined when one says nothing. */
function requestOf({ spec }: Pod, resource: string): number | undefined {
  let sum = 0;
  for (const { resources } of spec.containers) {
    const request = resources?.requests?.[resource] ?? resources?.limits?.[resource];
    const value = request === undefined ? undefined : parseQuantity(request);
    if (value === undefined) return undefined;
    sum += value;
  }
  return sum;
}

function containerWithout({ spec }: Pod, resource: string): string {
  return (
    spec.containers.find(({ resources }) => (resources?.requests?.[resource] ?? resources?.limits?.[resource]) === undefined)?.name ?? ""
  );
}
