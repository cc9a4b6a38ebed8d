import type { EndpointSlice, Node, TargetGroup, TargetGroupBinding } from "@loopway/model";
import { expect, test } from "vitest";
import { targetRegistrationController } from "../../src/target-registration/reconcile.ts";
import { readyNode } from "../load-balancer/objects.ts";
import { service } from "../objects.ts";
import { createWorld, type World } from "../world.ts";

const group: TargetGroup = {
  apiVersion: "elbv2.services.k8s.aws/v1alpha1",
  kind: "TargetGroup",
  metadata: { name: "tg", namespace: "kube-system" },
  spec: { name: "tg", targetType: "instance", protocol: "HTTP", port: 30_080 },
};
const binding: TargetGroupBinding = {
  apiVersion: "elbv2.k8s.aws/v1beta1",
  kind: "TargetGroupBinding",
  metadata: { name: "mine", namespace: "default" },
  spec: { targetType: "instance", targetGroupName: "tg", serviceRef: { name: "web", port: 80 } },
};
const web = service("web", { type: "NodePort", ports: [{ port: 80, nodePort: 30_080 }] });

function targetsIn(world: World): string[] {
  return (world.get<TargetGroup>("TargetGroup", "tg", "kube-system")?.spec.targets ?? []).map(({ id, port }) => `${id}:${port}`);
}

function start(...objects: Parameters<World["create"]>): World {
  const world = createWorld([targetRegistrationController]);
  world.create(...objects);
  world.settle();
  return world;
}

test("targets follow the nodes, in whatever order group, binding, Service and node arrive", () => {
  const node = readyNode("node", "i-1");
  for (const objects of [
    [group, binding, web, node],
    [node, web, binding, group],
    [binding, node, group, web],
  ]) {
    expect(targetsIn(start(...objects))).toEqual(["i-1:30080"]);
  }
});

test("a node that becomes unready is deregistered", () => {
  const world = start(group, binding, web, readyNode("a", "i-1"), readyNode("b", "i-2"));
  expect(targetsIn(world)).toEqual(["i-1:30080", "i-2:30080"]);
  const stored = world.get<Node>("Node", "a");
  if (stored === undefined) throw new Error("no node");
  world.apply({ op: "updateStatus", object: { ...stored, status: { conditions: [{ type: "Ready", status: "False" }] } } as Node });
  world.settle();
  expect(targetsIn(world)).toEqual(["i-2:30080"]);
});

test("pods follow the endpoint slices, and a removed slice deregisters its pods", () => {
  const slice: EndpointSlice = {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: "web-1", namespace: "default", labels: { "kubernetes.io/service-name": "web" } },
    addressType: "IPv4",
    ports: [{ port: 8080 }],
    endpoints: [{ addresses: ["127.10.1.20"], conditions: { ready: true }, targetRef: { kind: "Pod", name: "web-a" } }],
  };
  const ip = { ...binding, spec: { ...binding.spec, targetType: "ip" as const } };
  const world = start(group, ip, service("web"), slice);
  expect(targetsIn(world)).toEqual(["127.10.1.20:8080"]);
  world.apply({ op: "delete", kind: "EndpointSlice", namespace: "default", name: "web-1" });
  world.settle();
  expect(targetsIn(world)).toEqual([]);
});

test("without its Service a binding has no targets and says so", () => {
  const world = start(group, binding, web, readyNode("a", "i-1"));
  world.apply({ op: "delete", kind: "Service", namespace: "default", name: "web" });
  world.settle();
  expect(targetsIn(world)).toEqual([]);
  expect(world.eventsAbout("TargetGroupBinding")).toContain('BackendNotFound: backend not found: Service "web" not found');
});

test("strict: a ClusterIP Service is refused for instance targets in the real controller's words", () => {
  const world = createWorld([targetRegistrationController]);
  world.settings.strict = true;
  world.create(group, binding, service("web"), readyNode("a", "i-1"));
  world.settle();
  expect(world.eventsAbout("TargetGroupBinding")).toEqual([
    "FailedReconcile: Failed reconcile due to service type must be either 'NodePort' or 'LoadBalancer': default/web",
  ]);
});

test("the binding's status says which generation was seen", () => {
  const world = start(group, binding, web);
  expect(world.get<TargetGroupBinding>("TargetGroupBinding", "mine", "default")?.status).toEqual({ observedGeneration: 1 });
});
