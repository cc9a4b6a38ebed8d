import type { Node, Pod } from "@loopway/model";
import fc from "fast-check";
import { expect, test } from "vitest";
import { schedulerController } from "../../src/scheduler/reconcile.ts";
import { NAMESPACE, node, threeNodes } from "../objects.ts";
import { createWorld, type World } from "../world.ts";

function pod(name: string, owner: string, nodeName?: string): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace: NAMESPACE,
      ownerReferences: [{ apiVersion: "apps/v1", kind: "ReplicaSet", name: owner, uid: owner, controller: true }],
    },
    spec: { containers: [], ...(nodeName === undefined ? {} : { nodeName }) },
    status: { phase: "Pending" },
  };
}

const nodeOf = (world: World, name: string) => world.get<Pod>("Pod", name, NAMESPACE)?.spec.nodeName;
const scheduled = (world: World, name: string) =>
  world.get<Pod>("Pod", name, NAMESPACE)?.status?.conditions?.find(({ type }) => type === "PodScheduled");

test("binding, condition and event come together", () => {
  const world = createWorld([schedulerController]);
  world.create(...threeNodes, pod("web-1", "web"));
  expect(world.step()).toBe(true);
  expect(nodeOf(world, "web-1")).toBe("node-a");
  expect(scheduled(world, "web-1")).toEqual({ type: "PodScheduled", status: "True", lastTransitionTime: "2026-01-01T00:00:00Z" });
  expect(world.eventsAbout("Pod")).toEqual(["Scheduled: Successfully assigned default/web-1 to node-a"]);
  world.settle();
});

test("fewest pods of the same owner first, then fewest pods, then the name", () => {
  const world = createWorld([schedulerController]);
  world.create(...threeNodes, pod("web-1", "web", "node-a"), pod("other-1", "other", "node-b"), pod("web-2", "web"));
  world.settle();
  expect(nodeOf(world, "web-2")).toBe("node-c");
  world.create(pod("web-3", "web"));
  world.settle();
  expect(nodeOf(world, "web-3")).toBe("node-b");
});

test("a pod on its way out does not keep its successor from the node", () => {
  const world = createWorld([schedulerController]);
  world.create(...threeNodes, pod("web-1", "web", "node-a"), pod("web-2", "web", "node-b"), pod("web-3", "web", "node-c"));
  world.apply({ op: "delete", kind: "Pod", namespace: NAMESPACE, name: "web-2" });
  world.create(pod("web-4", "web"));
  world.settle();
  expect(nodeOf(world, "web-4")).toBe("node-b");
});

test("without a node that takes it a pod waits, says why, and is bound when a node comes", () => {
  const world = createWorld([schedulerController]);
  world.create(pod("web-1", "web"));
  world.settle();
  expect(world.eventsAbout("Pod")).toEqual(["FailedScheduling: no nodes available to schedule pods"]);
  world.create({ ...node("node-a", "us-east-1a"), spec: { unschedulable: true } }, { ...node("node-b", "us-east-1b"), status: {} });
  world.settle();
  const why = "0/2 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/not-ready: }, 1 node(s) were unschedulable.";
  expect(scheduled(world, "web-1")).toMatchObject({ status: "False", reason: "Unschedulable", message: why });
  world.apply({ op: "updateStatus", object: node("node-b", "us-east-1b") });
  world.settle();
  expect(nodeOf(world, "web-1")).toBe("node-b");
  expect(scheduled(world, "web-1")).toMatchObject({ status: "True" });
});

test("pods spread over the nodes within one of each other, per owner", () => {
  const names = fc.array(fc.constantFrom("web", "api", "db"), { maxLength: 30 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), names, (nodeCount, owners) => {
      const world = createWorld([schedulerController]);
      const nodes: Node[] = Array.from({ length: nodeCount }, (_, index) => node(`node-${index}`, "us-east-1a"));
      world.create(...nodes, ...owners.map((owner, index) => pod(`${owner}-${index}`, owner)));
      world.settle();
      for (const owner of new Set(owners)) {
        const counts = nodes.map(({ metadata }) => {
          const own = world.list<Pod>("Pod").filter((each) => each.metadata.name.startsWith(`${owner}-`));
          return own.filter(({ spec }) => spec.nodeName === metadata.name).length;
        });
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }
    }),
    { seed: 1, numRuns: 50 },
  );
});
