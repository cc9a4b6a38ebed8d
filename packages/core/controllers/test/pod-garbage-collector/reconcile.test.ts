import type { Pod, ReplicaSet } from "@loopway/model";
import { describe, expect, test } from "vitest";
import { podGarbageCollector } from "../../src/pod-garbage-collector/reconcile.ts";
import { replicaSetController } from "../../src/replica-set/reconcile.ts";
import { schedulerController } from "../../src/scheduler/reconcile.ts";
import { NAMESPACE, node, runPod, threeNodes } from "../objects.ts";
import { createWorld, type World } from "../world.ts";

const pod = (name: string, spec: Partial<Pod["spec"]>, metadata: Partial<Pod["metadata"]> = {}): Pod => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: NAMESPACE, ...metadata },
  spec: { containers: [{ name: "app" }], ...spec },
});
const names = (world: World) => world.list<Pod>("Pod").map(({ metadata }) => metadata.name);
const markOf = (world: World, name: string) =>
  world.get<Pod>("Pod", name, NAMESPACE)?.status?.conditions?.find(({ type }) => type === "DisruptionTarget");
const loseNode = (world: World) => {
  world.apply({ op: "delete", kind: "Node", name: "node-a" });
  world.settle();
};

function started(...pods: Pod[]): World {
  const world = createWorld([podGarbageCollector]);
  world.create(...threeNodes, ...pods);
  for (const each of world.list<Pod>("Pod")) runPod(world, each, true);
  world.settle();
  return world;
}

describe("when a Node object is deleted", () => {
  test("its pods, and no others, are removed after the quarantine of 40 s", () => {
    const world = started(pod("lost", { nodeName: "node-a" }), pod("elsewhere", { nodeName: "node-b" }), pod("unbound", {}));
    loseNode(world);
    expect(names(world)).toEqual(["elsewhere", "lost", "unbound"]);
    expect(markOf(world, "lost")).toMatchObject({ status: "True", reason: "DeletionByPodGC", message: "PodGC: node no longer exists" });
    const lostAt = world.now;
    world.advance();
    expect([(world.now - lostAt) / 1000, names(world)]).toEqual([40, ["elsewhere", "unbound"]]);
  });

  test("a node that is back in time keeps its pods, unmarked", () => {
    const world = started(pod("lost", { nodeName: "node-a" }));
    loseNode(world);
    world.create(node("node-a", "us-east-1a"));
    world.settle();
    while (world.advance());
    expect(names(world)).toEqual(["lost"]);
    expect(markOf(world, "lost")).toBeUndefined();
  });

  test("a pod that is held by a finalizer has failed, and ends without grace", () => {
    const world = started(pod("held", { nodeName: "node-a" }, { finalizers: ["example.com/held"] }));
    loseNode(world);
    while (world.advance());
    expect(world.get<Pod>("Pod", "held", NAMESPACE)).toMatchObject({
      metadata: { deletionGracePeriodSeconds: 0 },
      status: { phase: "Failed" },
    });
  });

  test("a ReplicaSet makes others, which are bound to nodes that exist", () => {
    const world = createWorld([podGarbageCollector, replicaSetController, schedulerController]);
    const labels = { app: "web" };
    const template = { metadata: { labels }, spec: { containers: [{ name: "app" }] } };
    const set: ReplicaSet = {
      apiVersion: "apps/v1",
      kind: "ReplicaSet",
      metadata: { name: "web", namespace: NAMESPACE },
      spec: { replicas: 6, selector: { matchLabels: labels }, template },
    };
    world.create(...threeNodes, set);
    world.settle();
    const nodes = () => world.list<Pod>("Pod").map(({ spec }) => spec.nodeName);
    expect(new Set(nodes())).toEqual(new Set(["node-a", "node-b", "node-c"]));
    loseNode(world);
    while (world.advance());
    expect(nodes()).toHaveLength(6);
    expect(new Set(nodes())).toEqual(new Set(["node-b", "node-c"]));
  });
});

test("pods bound to a node that there never was are removed as well", () => {
  const world = started(pod("stray", { nodeName: "node-z" }));
  world.advance();
  expect(names(world)).toEqual([]);
});
