import type { DaemonSet, Node, Pod } from "@loopway/model";
import { expect, test } from "vitest";
import { daemonSetController } from "../../src/daemon-set/reconcile.ts";
import { NAMESPACE, node, runPod, threeNodes } from "../objects.ts";
import { createWorld, type World } from "../world.ts";

const set = (image = "agent:1", podSpec: Partial<Pod["spec"]> = {}): DaemonSet => ({
  apiVersion: "apps/v1",
  kind: "DaemonSet",
  metadata: { name: "agent", namespace: NAMESPACE },
  spec: {
    selector: { matchLabels: { app: "agent" } },
    template: { metadata: { labels: { app: "agent" } }, spec: { containers: [{ name: "agent", image }], ...podSpec } },
  },
});
const started = (subject: DaemonSet, ...nodes: Node[]): World => {
  const world = createWorld([daemonSetController]);
  world.create(...(nodes.length === 0 ? threeNodes : nodes), subject);
  world.settle();
  return world;
};
const pods = (world: World) => world.list<Pod>("Pod", NAMESPACE);
const nodesOf = (world: World) =>
  pods(world)
    .map(({ spec }) => spec.nodeName ?? "")
    .sort();
const readyAll = (world: World) => {
  for (const pod of pods(world)) if (pod.metadata.deletionTimestamp === undefined) runPod(world, pod, true);
  world.settle();
};
const tainted = { ...node("node-t", "a"), spec: { taints: [{ key: "gpu", effect: "NoSchedule" }] } };
const cordoned = {
  ...node("node-u", "a"),
  spec: { unschedulable: true, taints: [{ key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" }] },
};

test("one pod on each node, and on each that comes", () => {
  const world = started(set());
  expect(nodesOf(world)).toEqual(["node-a", "node-b", "node-c"]);
  world.create(node("node-d", "a"));
  world.settle();
  expect(nodesOf(world)).toEqual(["node-a", "node-b", "node-c", "node-d"]);
});

test.each([
  { name: "a taint keeps it away", subject: set(), expected: ["node-u"] },
  { name: "unless it tolerates that", subject: set("a", { tolerations: [{ operator: "Exists" }] }), expected: ["node-t", "node-u"] },
  { name: "a selector that does not fit does too", subject: set("a", { nodeSelector: { disk: "ssd" } }), expected: [] },
])("$name; a cordoned node is none", ({ subject, expected }) => expect(nodesOf(started(subject, tainted, cordoned))).toEqual(expected));

test("a rolling update replaces one at a time, when the new one is available", () => {
  const world = started(set());
  readyAll(world);
  const current = world.get<DaemonSet>("DaemonSet", "agent", NAMESPACE) as DaemonSet;
  const { resourceVersion: _, ...metadata } = current.metadata;
  world.apply({
    op: "update",
    object: { ...current, metadata, spec: { ...current.spec, template: set("agent:2").spec.template } } as DaemonSet,
  });
  world.settle();
  const ending = () => pods(world).filter((pod) => pod.metadata.deletionTimestamp !== undefined);
  const images = () => pods(world).map(({ spec }) => spec.containers[0]?.image);
  for (let round = 1; round <= 3; round++) {
    expect(ending()).toHaveLength(1);
    world.apply({ op: "delete", kind: "Pod", namespace: NAMESPACE, name: ending()[0]?.metadata.name ?? "", force: true });
    world.settle();
    expect(ending()).toHaveLength(0);
    expect(images().filter((image) => image === "agent:2")).toHaveLength(round);
    readyAll(world);
  }
  expect(world.get<DaemonSet>("DaemonSet", "agent", NAMESPACE)?.status).toMatchObject({
    desiredNumberScheduled: 3,
    currentNumberScheduled: 3,
    updatedNumberScheduled: 3,
    numberReady: 3,
    numberAvailable: 3,
    numberUnavailable: 0,
    numberMisscheduled: 0,
  });
});
