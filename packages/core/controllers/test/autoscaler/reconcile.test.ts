import type { Deployment, HorizontalPodAutoscaler, MetricSpec, Pod, PodMetrics } from "@loopway/model";
import { describe, expect, test } from "vitest";
import { autoscalerController } from "../../src/autoscaler/reconcile.ts";
import { deployment, NAMESPACE } from "../objects.ts";
import { createWorld, type World } from "../world.ts";

const cpu = (averageUtilization: number): MetricSpec => ({
  type: "Resource",
  resource: { name: "cpu", target: { type: "Utilization", averageUtilization } },
});

const autoscaler = (spec: Partial<HorizontalPodAutoscaler["spec"]> = {}): HorizontalPodAutoscaler => ({
  apiVersion: "autoscaling/v2",
  kind: "HorizontalPodAutoscaler",
  metadata: { name: "web", namespace: NAMESPACE },
  spec: {
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" },
    minReplicas: 1,
    maxReplicas: 10,
    metrics: [cpu(50)],
    ...spec,
  },
});
const pod = (name: string, world: World, requests: Record<string, string> = { cpu: "100m" }): Pod => {
  const longAgo = new Date(world.now - 3_600_000).toISOString();
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: NAMESPACE, labels: { app: "web" } },
    spec: { containers: [{ name: "app", resources: { requests } }] },
    status: { phase: "Running", startTime: longAgo, conditions: [{ type: "Ready", status: "True", lastTransitionTime: longAgo }] },
  };
};
const metrics = (name: string, usage: string, world: World): PodMetrics => ({
  apiVersion: "metrics.k8s.io/v1beta1",
  kind: "PodMetrics",
  metadata: { name, namespace: NAMESPACE },
  timestamp: new Date(world.now).toISOString(),
  window: "15s",
  containers: [{ name: "app", usage: { cpu: usage } }],
});

/** A Deployment whose pods use so much, each of 100m. */
function started(usages: string[], subject = autoscaler(), requests?: Record<string, string>): World {
  const world = createWorld([autoscalerController]);
  const names = usages.map((_, index) => `web-${index}`);
  world.create(deployment("web", { replicas: usages.length }), subject);
  for (const [index, name] of names.entries()) world.create(pod(name, world, requests), metrics(name, usages[index] ?? "0", world));
  world.settle();
  return world;
}
const replicas = (world: World) => world.get<Deployment>("Deployment", "web", NAMESPACE)?.spec.replicas;
const statusOf = (world: World) => world.get<HorizontalPodAutoscaler>("HorizontalPodAutoscaler", "web", NAMESPACE)?.status;
const reasons = (world: World) => statusOf(world)?.conditions?.map(({ type, status, reason }) => `${type} ${status} ${reason}`);

test("pods above their target get company, and the event says why", () => {
  const world = started(["80m", "120m"]);
  expect(replicas(world)).toBe(4);
  expect(world.eventsAbout("HorizontalPodAutoscaler")).toEqual([
    "SuccessfulRescale: New size: 4; reason: cpu resource utilization (percentage of request) above target",
  ]);
  expect(statusOf(world)?.lastScaleTime).toBe("2026-01-01T00:00:00Z");
});

test("pods below it go after five minutes without a higher recommendation", () => {
  const world = started(["100m", "100m"]);
  expect(replicas(world)).toBe(4);
  for (const name of ["web-0", "web-1"]) world.apply({ op: "update", object: metrics(name, "10m", world) });
  const calmSince = world.now;
  while (replicas(world) === 4 && world.now < calmSince + 600_000) world.advance();
  expect(replicas(world)).toBe(1);
  expect((world.now - calmSince) / 1000).toBe(300);
});

describe("conditions", () => {
  test("at rest", () => {
    expect(reasons(started(["50m"]))).toEqual([
      "AbleToScale True ReadyForNewScale",
      "ScalingActive True ValidMetricFound",
      "ScalingLimited False DesiredWithinRange",
    ]);
    expect(statusOf(started(["50m"]))?.currentMetrics).toEqual([
      { type: "Resource", resource: { name: "cpu", current: { averageUtilization: 50, averageValue: "50m" } } },
    ]);
  });

  test("held at its maximum", () =>
    expect(reasons(started(["900m"], autoscaler({ maxReplicas: 3 })))?.at(-1)).toBe("ScalingLimited True TooManyReplicas"));

  test("without requests a share means nothing", () => {
    const world = started(["50m"], autoscaler(), {});
    expect(reasons(world)?.[1]).toBe("ScalingActive False FailedGetResourceMetric");
    expect(statusOf(world)?.conditions?.[1]?.message).toContain("missing request for cpu in container app of Pod web-0");
    expect(replicas(world)).toBe(1);
  });

  test("without its target", () => {
    const world = createWorld([autoscalerController]);
    world.create(autoscaler());
    world.settle();
    expect(reasons(world)).toEqual(["AbleToScale False FailedGetScale"]);
  });

  test.each(["", "nonsense", "{}", "null"])("with a memory that somebody wrote over: %s", (memory) => {
    const subject = autoscaler();
    const annotations = { "loopway.dev/autoscaler-memory": memory };
    expect(replicas(started(["100m"], { ...subject, metadata: { ...subject.metadata, annotations } }))).toBe(2);
  });

  test("a target of 0 is left alone", () => {
    const world = createWorld([autoscalerController]);
    world.create(deployment("web", { replicas: 0 }), autoscaler());
    world.settle();
    expect([reasons(world)?.[1], replicas(world)]).toEqual(["ScalingActive False ScalingDisabled", 0]);
  });
});

test.each([
  { name: "below its minimum: brought up at once", subject: autoscaler({ minReplicas: 3 }), usages: ["50m"], expected: 3 },
  { name: "above its maximum: brought down at once", subject: autoscaler({ maxReplicas: 2 }), usages: ["50m", "50m", "50m"], expected: 2 },
  { name: "the highest of several metrics", subject: autoscaler({ metrics: [cpu(50), cpu(20)] }), usages: ["50m"], expected: 3 },
  {
    name: "a metric that fails forbids to shrink",
    subject: autoscaler({ metrics: [cpu(50), { type: "External" }] }),
    usages: ["1m", "1m"],
    expected: 2,
  },
  { name: "but not to grow", subject: autoscaler({ metrics: [cpu(50), { type: "External" }] }), usages: ["100m"], expected: 2 },
])("$name", ({ subject, usages, expected }) => expect(replicas(started(usages, subject))).toBe(expected));

test("in its first minutes a pod that is not ready counts as idle when the others ask for more", () => {
  const world = createWorld([autoscalerController]);
  const young = pod("web-1", world);
  young.status = {
    phase: "Running",
    startTime: new Date(world.now).toISOString(),
    conditions: [{ type: "Ready", status: "False", lastTransitionTime: new Date(world.now).toISOString() }],
  };
  world.create(
    deployment("web", { replicas: 2 }),
    autoscaler(),
    pod("web-0", world),
    young,
    metrics("web-0", "120m", world),
    metrics("web-1", "200m", world),
  );
  world.settle();
  expect(replicas(world)).toBe(3);
});
