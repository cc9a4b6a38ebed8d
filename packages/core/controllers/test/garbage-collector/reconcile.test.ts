import type { KubeObject, Namespace, OwnerReference } from "@loopway/model";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { garbageCollector } from "../../src/garbage-collector/reconcile.ts";
import { createWorld, type World } from "../world.ts";

function configMap(name: string, namespace: string, owners: readonly (KubeObject | undefined)[] = []): KubeObject {
  const ownerReferences = owners.map((owner) => referenceTo(owner));
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace, ownerReferences } };
}

function referenceTo(owner: KubeObject | undefined): OwnerReference {
  if (owner === undefined) throw new Error("the owner is not there");
  const { apiVersion, kind, metadata } = owner;
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid ?? "" };
}

const namesOf = (world: World) => world.list("ConfigMap").map(({ metadata }) => metadata.name);
const remove = (world: World, kind: string, name: string, namespace?: string) =>
  world.apply({ op: "delete", kind, name, ...(namespace === undefined ? {} : { namespace }) });

describe("dependents", () => {
  test("go when their owner goes, and theirs after them", () => {
    const world = createWorld([garbageCollector]);
    world.create(configMap("a", "team"));
    world.create(configMap("b", "team", [world.get("ConfigMap", "a", "team")]));
    world.create(configMap("c", "team", [world.get("ConfigMap", "b", "team")]), configMap("free", "team"));
    world.settle();
    remove(world, "ConfigMap", "a", "team");
    world.settle();
    expect(namesOf(world)).toEqual(["free"]);
  });

  test("stay while one of several owners is left, and lose the references to the others", () => {
    const world = createWorld([garbageCollector]);
    world.create(configMap("a", "team"), configMap("b", "team"));
    const [a, b] = [world.get("ConfigMap", "a", "team"), world.get("ConfigMap", "b", "team")];
    world.create(configMap("child", "team", [a, b]));
    remove(world, "ConfigMap", "a", "team");
    world.settle();
    expect(world.get("ConfigMap", "child", "team")?.metadata.ownerReferences).toEqual([referenceTo(b)]);
    remove(world, "ConfigMap", "b", "team");
    world.settle();
    expect(namesOf(world)).toEqual([]);
  });

  test("of an owner made anew under the same name go: the uid tells", () => {
    const world = createWorld([garbageCollector]);
    world.create(configMap("a", "team"));
    world.create(configMap("child", "team", [world.get("ConfigMap", "a", "team")]));
    remove(world, "ConfigMap", "a", "team");
    world.create(configMap("a", "team"));
    world.settle();
    expect(namesOf(world)).toEqual(["a"]);
  });

  test("that arrive after their owner has gone go at once", () => {
    const world = createWorld([garbageCollector]);
    world.create(configMap("a", "team"));
    const owner = world.get("ConfigMap", "a", "team");
    remove(world, "ConfigMap", "a", "team");
    world.create(configMap("late", "team", [owner]));
    world.settle();
    expect(namesOf(world)).toEqual([]);
  });

  test("of a cluster-scoped owner go in every namespace", () => {
    const world = createWorld([garbageCollector]);
    world.create({ apiVersion: "v1", kind: "Node", metadata: { name: "node-a" } });
    const owner = world.get("Node", "node-a");
    world.create(configMap("x", "one", [owner]), configMap("y", "two", [owner]));
    world.settle();
    expect(namesOf(world)).toEqual(["x", "y"]);
    remove(world, "Node", "node-a");
    world.settle();
    expect(namesOf(world)).toEqual([]);
  });

  test("of a kind that is not served stay: nothing is known of their owner", () => {
    const world = createWorld([garbageCollector]);
    const orphan = configMap("x", "team");
    const ownerReferences = [{ apiVersion: "argoproj.io/v1alpha1", kind: "Rollout", name: "r", uid: "1" }];
    world.create({ ...orphan, metadata: { ...orphan.metadata, ownerReferences } });
    world.settle();
    expect(namesOf(world)).toEqual(["x"]);
  });

  test("what is left is exactly what has a living chain of owners", () => {
    const shape = fc.array(fc.array(fc.nat(30), { maxLength: 2 }), { minLength: 1, maxLength: 15 });
    fc.assert(
      fc.property(shape, fc.uniqueArray(fc.nat(14), { maxLength: 5 }), (parents, doomed) => {
        const world = createWorld([garbageCollector]);
        const ownersOf = parents.map((given, index) => [...new Set(given.filter((parent) => parent < index))]);
        for (const [index, owners] of ownersOf.entries()) {
          world.create(
            configMap(
              `c${index}`,
              "team",
              owners.map((owner) => world.get("ConfigMap", `c${owner}`, "team")),
            ),
          );
        }
        for (const index of doomed) remove(world, "ConfigMap", `c${index}`, "team");
        world.settle();
        const alive: boolean[] = [];
        for (const [index, owners] of ownersOf.entries()) {
          alive.push(!doomed.includes(index) && (owners.length === 0 || owners.some((owner) => alive[owner])));
        }
        expect(namesOf(world).sort()).toEqual(ownersOf.flatMap((_, index) => (alive[index] === true ? [`c${index}`] : [])).sort());
      }),
      { seed: 1 },
    );
  });
});

describe("namespaces", () => {
  // As the API server makes one.
  const namespace: Namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "team" }, spec: { finalizers: ["kubernetes"] } };

  function started(): World {
    const world = createWorld([garbageCollector]);
    world.create(namespace, configMap("a", "team"), configMap("b", "other"));
    world.settle();
    return world;
  }

  test("one that is deleted drains, then goes; others are untouched", () => {
    const world = started();
    remove(world, "Namespace", "team");
    world.settle();
    expect(namesOf(world)).toEqual(["b"]);
    expect(world.get("Namespace", "team")).toBeUndefined();
  });

  test("it is Terminating as long as something in it holds on", () => {
    const world = started();
    const held = configMap("held", "team");
    world.create({ ...held, metadata: { ...held.metadata, finalizers: ["example.com/hold"] } });
    remove(world, "Namespace", "team");
    world.settle();
    expect(world.get("Namespace", "team")).toMatchObject({ status: { phase: "Terminating" } });
    expect(namesOf(world)).toEqual(["b", "held"]);
    const stored = world.get("ConfigMap", "held", "team");
    world.apply({ op: "update", object: { ...stored, metadata: { ...stored?.metadata, finalizers: [] } } as KubeObject });
    world.settle();
    expect(world.get("Namespace", "team")).toBeUndefined();
  });

  test("its Events hold nothing up and go with it", () => {
    const world = started();
    const about = world.get("ConfigMap", "a", "team");
    if (about === undefined) throw new Error("the object is not there");
    world.apply({ op: "event", type: "Normal", reason: "Seen", message: "seen", about, component: "test" });
    remove(world, "Namespace", "team");
    world.settle();
    expect(world.list("Event")).toEqual([]);
    expect(world.get("Namespace", "team")).toBeUndefined();
  });

  test("the contents of one that nothing held go too", () => {
    const world = createWorld([garbageCollector]);
    world.create({ ...namespace, spec: {} }, configMap("a", "team"));
    remove(world, "Namespace", "team");
    world.settle();
    expect(namesOf(world)).toEqual([]);
  });
});
