import type { Deployment, EndpointSlice, Pod, ReplicaSet, Service } from "@loopway/model";
import { expect, test } from "vitest";
import { controllers } from "../src/index.ts";
import { deployment, NAMESPACE, runPod, service, threeNodes } from "./objects.ts";
import { createWorld } from "./world.ts";

test("a Deployment and its Service become bound pods with endpoints, and vanish with their owners", () => {
  const world = createWorld(controllers);
  world.create(...threeNodes, deployment("orders", { replicas: 3 }), service("orders", { type: "NodePort" }));
  world.settle();
  const pods = world.list<Pod>("Pod");
  expect(pods.map(({ spec }) => spec.nodeName).sort()).toEqual(["node-a", "node-b", "node-c"]);
  expect(world.get<Service>("Service", "orders", NAMESPACE)?.spec.ports?.[0]?.nodePort).toBeGreaterThanOrEqual(30086);
  for (const pod of pods) runPod(world, pod, true);
  world.settle();
  expect(world.get<Deployment>("Deployment", "orders", NAMESPACE)?.status).toMatchObject({ availableReplicas: 3, updatedReplicas: 3 });
  expect(world.list<ReplicaSet>("ReplicaSet")).toHaveLength(1);
  const slices = world.list<EndpointSlice>("EndpointSlice");
  expect(slices.flatMap(({ endpoints }) => endpoints.map(({ conditions }) => conditions?.ready))).toEqual([true, true, true]);

  world.apply(
    { op: "delete", kind: "Deployment", namespace: NAMESPACE, name: "orders" },
    { op: "delete", kind: "Service", namespace: NAMESPACE, name: "orders" },
  );
  world.settle();
  expect(world.list("ReplicaSet")).toEqual([]);
  expect(world.list("EndpointSlice")).toEqual([]);
  expect(world.list<Pod>("Pod").every(({ metadata }) => metadata.deletionTimestamp !== undefined)).toBe(true);
});
