import type { Pod, ReplicaSet } from "@loopway/model";
import { describe, expect, test } from "vitest";
import { isActive } from "../../src/pod-state.ts";
import { replicaSetController } from "../../src/replica-set/reconcile.ts";
import { deployment, NAMESPACE, runPod } from "../objects.ts";
import { createWorld, type World } from "../world.ts";

function replicaSet(replicas: number, spec: Partial<ReplicaSet["spec"]> = {}): ReplicaSet {
  const { selector, template } = deployment("web").spec;
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: { name: "web", namespace: NAMESPACE },
    spec: { replicas, selector, template, ...spec },
  };
}

function started(given: ReplicaSet): World {
  const world = createWorld([replicaSetController]);
  world.create(given);
  world.settle();
  return world;
}

const status = (world: World) => world.get<ReplicaSet>("ReplicaSet", "web", NAMESPACE)?.status;
const activePods = (world: World) => world.list<Pod>("Pod").filter(isActive);

function scale(world: World, replicas: number): void {
  world.apply({ op: "update", object: replicaSet(replicas) });
  world.settle();
}

describe("the number of pods", () => {
  test("is made up, with an event for each, and reported", () => {
    const world = started(replicaSet(3));
    const pods = world.list<Pod>("Pod");
    expect(pods).toHaveLength(3);
    expect(pods[0]).toMatchObject({ metadata: { generateName: "web-", labels: { app: "web" } }, status: { phase: "Pending" } });
    expect(world.eventsAbout("ReplicaSet").sort()).toEqual(pods.map(({ metadata }) => `SuccessfulCreate: Created pod: ${metadata.name}`));
    expect(status(world)).toEqual({ replicas: 3, fullyLabeledReplicas: 3, readyReplicas: 0, availableReplicas: 0, observedGeneration: 1 });
  });

  test("is cut down, the pods that serve nobody first", () => {
    const world = started(replicaSet(3));
    const [first, second, third] = world.list<Pod>("Pod");
    if (first !== undefined) runPod(world, first, true);
    if (third !== undefined) runPod(world, third, true);
    world.settle();
    scale(world, 2);
    expect(activePods(world).map(({ metadata }) => metadata.name)).toEqual([first?.metadata.name, third?.metadata.name]);
    expect(world.eventsAbout("ReplicaSet")).toContain(`SuccessfulDelete: Deleted pod: ${second?.metadata.name}`);
    expect(status(world)).toMatchObject({ replicas: 2, readyReplicas: 2, observedGeneration: 2 });
  });

  test.each(["Failed", "Succeeded"] as const)("does not include a pod that is %s: another takes its place", (phase) => {
    const world = started(replicaSet(1));
    const [pod] = world.list<Pod>("Pod");
    world.apply({ op: "updateStatus", object: { ...pod, status: { phase } } as Pod });
    world.settle();
    expect(activePods(world)).toHaveLength(1);
    expect(world.list("Pod")).toHaveLength(2);
  });

  test("does not include a pod that is ending", () => {
    const world = started(replicaSet(1));
    const [pod] = world.list<Pod>("Pod");
    world.apply({ op: "update", object: { ...pod, spec: { ...pod?.spec, nodeName: "node-a" } } as Pod });
    world.apply({ op: "delete", kind: "Pod", namespace: NAMESPACE, name: pod?.metadata.name ?? "" });
    world.settle();
    expect(world.list("Pod")).toHaveLength(2);
    expect(status(world)).toMatchObject({ replicas: 1 });
  });

  test("is left alone while the ReplicaSet is being deleted", () => {
    const world = started({ ...replicaSet(1), metadata: { ...replicaSet(1).metadata, finalizers: ["example.com/hold"] } });
    world.apply({ op: "delete", kind: "ReplicaSet", namespace: NAMESPACE, name: "web" });
    scale(world, 3);
    expect(world.list("Pod")).toHaveLength(1);
  });
});

test("pods of others with the same labels are neither counted nor deleted", () => {
  const world = createWorld([replicaSetController]);
  const { template } = deployment("web").spec;
  world.create({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "stray", namespace: NAMESPACE, labels: { app: "web" } },
    spec: template.spec,
  });
  world.create(replicaSet(0));
  world.settle();
  expect(world.list("Pod")).toHaveLength(1);
  expect(status(world)).toMatchObject({ replicas: 0 });
});

test("with minReadySeconds a ready pod becomes available when the time is over", () => {
  const world = started(replicaSet(1, { minReadySeconds: 10 }));
  const [pod] = world.list<Pod>("Pod");
  if (pod !== undefined) runPod(world, pod, true);
  world.settle();
  expect(status(world)).toMatchObject({ readyReplicas: 1, availableReplicas: 0 });
  const before = world.now;
  expect(world.advance()).toBe(true);
  expect(world.now - before).toBe(10_000);
  expect(status(world)).toMatchObject({ readyReplicas: 1, availableReplicas: 1 });
});
