/** Pods that wait for the load balancer: the gate at their creation, the registration before they are ready, the condition from their health. */
import type { Pod, Service, TargetGroup, TargetGroupBinding, TargetHealthDescription } from "@loopway/model";
import { expect, test } from "vitest";
import { endpointSliceController } from "../../src/endpoint-slice/reconcile.ts";
import { withReadinessGates } from "../../src/target-registration/inject-readiness-gates.ts";
import { targetRegistrationController } from "../../src/target-registration/reconcile.ts";
import { service } from "../objects.ts";
import { createWorld, type World } from "../world.ts";

const GATE = "target-health.elbv2.k8s.aws/mine";
const group: TargetGroup = {
  apiVersion: "elbv2.services.k8s.aws/v1alpha1",
  kind: "TargetGroup",
  metadata: { name: "tg", namespace: "kube-system" },
  spec: { name: "tg", targetType: "ip", protocol: "HTTP", port: 8080 },
};
const binding: TargetGroupBinding = {
  apiVersion: "elbv2.k8s.aws/v1beta1",
  kind: "TargetGroupBinding",
  metadata: { name: "mine", namespace: "default" },
  spec: { targetType: "ip", targetGroupName: "tg", serviceRef: { name: "web", port: 80 } },
};
const labelled = {
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name: "default", labels: { "elbv2.k8s.aws/pod-readiness-gate-inject": "enabled" } },
};
const pod: Pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web-1", namespace: "default", labels: { app: "web" } },
  spec: { containers: [{ name: "app", image: "app:1" }] },
};
const web: Service = service("web");
const instances: TargetGroupBinding = { ...binding, spec: { ...binding.spec, targetType: "instance" } };
const selectorless: Service = { ...web, spec: { ports: web.spec.ports ?? [] } };

function worldOf(...objects: Parameters<World["create"]>): World {
  const world = createWorld([endpointSliceController, targetRegistrationController]);
  world.create(...objects);
  world.settle();
  return world;
}

const injections: [name: string, objects: Parameters<World["create"]>, gates: string[]][] = [
  ["a labelled namespace and a binding of ip targets that selects the pod", [labelled, web, binding], [GATE]],
  ["no label", [{ ...labelled, metadata: { name: "default" } }, web, binding], []],
  ["a binding of instances", [labelled, web, instances], []],
  ["no binding yet", [labelled, web], []],
  ["a Service that selects other pods", [labelled, { ...web, spec: { ...web.spec, selector: { app: "other" } } }, binding], []],
  ["a Service without a selector", [labelled, selectorless, binding], []],
];
test.each(injections)("%s", (_name, objects, gates) => {
  const world = worldOf(...objects);
  const built = withReadinessGates(pod, {
    get: (kind, namespace, name) => world.get(kind, name, namespace),
    list: (kind) => world.list(kind),
  });
  expect(built.spec.readinessGates ?? []).toEqual(gates.map((conditionType) => ({ conditionType })));
});

/** As the supervisor writes it. */
function observe(world: World, containersReady: boolean): void {
  const stored = world.get<Pod>("Pod", "web-1", "default");
  if (stored === undefined) throw new Error("no pod");
  const status = containersReady ? "True" : "False";
  const own = [
    { type: "ContainersReady", status },
    { type: "Ready", status: "False" },
  ];
  const foreign = (stored.status?.conditions ?? []).filter(({ type }) => type === GATE);
  world.apply({
    op: "updateStatus",
    object: { ...stored, status: { phase: "Running", podIP: "127.10.1.20", conditions: [...own, ...foreign] } } as Pod,
  });
  world.settle();
}

function report(world: World, targetHealth: TargetHealthDescription["targetHealth"]): void {
  const stored = world.get<TargetGroup>("TargetGroup", "tg", "kube-system");
  if (stored === undefined) throw new Error("no target group");
  const targetHealthDescriptions = [{ target: { id: "127.10.1.20", port: 8080 }, targetHealth }];
  world.apply({ op: "updateStatus", object: { ...stored, status: { ...stored.status, targetHealthDescriptions } } as TargetGroup });
  world.settle();
}

const targetsIn = (world: World) => world.get<TargetGroup>("TargetGroup", "tg", "kube-system")?.spec.targets ?? [];
const gateIn = (world: World) => world.get<Pod>("Pod", "web-1", "default")?.status?.conditions?.find(({ type }) => type === GATE);

test("a pod whose containers are ready is registered before it is ready; its gate opens when its target is healthy, and shuts again", () => {
  const gated: Pod = { ...pod, spec: { ...pod.spec, readinessGates: [{ conditionType: GATE }] } };
  const world = worldOf(web, group, binding, gated);
  observe(world, false);
  expect([targetsIn(world), gateIn(world)]).toEqual([[], undefined]);
  observe(world, true);
  expect(targetsIn(world)).toEqual([{ id: "127.10.1.20", port: 8080 }]);
  expect(gateIn(world)).toMatchObject({
    status: "False",
    reason: "Elb.RegistrationInProgress",
    message: "Target registration is in progress",
  });
  report(world, { state: "healthy" });
  expect(gateIn(world)).toMatchObject({ status: "True" });
  report(world, { state: "unhealthy", reason: "Target.FailedHealthChecks", description: "Health checks failed" });
  expect(gateIn(world)).toMatchObject({ status: "False", reason: "Target.FailedHealthChecks", message: "Health checks failed" });
  expect(targetsIn(world)).toHaveLength(1);
});

test("a pod without the gate is not registered before it is ready, and gets no condition", () => {
  const world = worldOf(web, group, binding, pod);
  observe(world, true);
  expect([targetsIn(world), gateIn(world)]).toEqual([[], undefined]);
});
