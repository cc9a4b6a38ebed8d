import type { KubeObject } from "@loopway/model";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ObjectCache } from "../src/object-cache.ts";
import { configMap } from "./build.ts";

const inNamespace = (namespace: string, name: string, labels: Record<string, string> = {}) =>
  configMap(name, { metadata: { name, namespace, labels } });
const names = (cache: ObjectCache, options = {}) =>
  cache.list("ConfigMap", options).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);

function filled(): ObjectCache {
  const cache = new ObjectCache();
  for (const object of [inNamespace("b", "a"), inNamespace("a-b", "x"), inNamespace("a", "z", { app: "web" }), inNamespace("a", "b")])
    cache.put(object);
  return cache;
}

test("lists are in order of namespace, then name", () => {
  expect(names(filled())).toEqual(["a/b", "a/z", "a-b/x", "b/a"]);
});

test("lists can be narrowed by namespace and labels", () => {
  expect(names(filled(), { namespace: "a" })).toEqual(["a/b", "a/z"]);
  expect(names(filled(), { namespace: "a", labels: { matchLabels: { app: "web" } } })).toEqual(["a/z"]);
});

test("a change shows in lists that were made before", () => {
  const cache = filled();
  names(cache);
  cache.put(inNamespace("a", "c"));
  cache.remove(inNamespace("b", "a"));
  expect(names(cache)).toEqual(["a/b", "a/c", "a/z", "a-b/x"]);
});

test("a fork and its origin are written to independently", () => {
  const origin = filled();
  const fork = origin.fork();
  fork.put(inNamespace("c", "new"));
  origin.remove(inNamespace("a", "z"));
  expect(names(fork)).toEqual(["a/b", "a/z", "a-b/x", "b/a", "c/new"]);
  expect(names(origin)).toEqual(["a/b", "a-b/x", "b/a"]);
});

test("a fresh list replaces all objects of its kind", () => {
  const cache = filled();
  cache.replace("ConfigMap", [inNamespace("n", "only")]);
  expect(names(cache)).toEqual(["n/only"]);
  expect(cache.get("ConfigMap", "a", "b")).toBeUndefined();
});

test("lists and label queries are right after any writes, whoever holds earlier ones", () => {
  const write = fc.record({
    name: fc.constantFrom(..."abcdefghijkl"),
    namespace: fc.constantFrom("x", "y"),
    app: fc.constantFrom("1", "2"),
    isRemoval: fc.boolean(),
    // Lists of several that were written to since mend in another way than those of one.
    isReadAfter: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(write, { maxLength: 80 }), (writes) => {
      const cache = new ObjectCache();
      const expected = new Map<string, string>();
      const held: { list: readonly KubeObject[]; keptNames: string }[] = [];
      const namesOf = (list: readonly KubeObject[]) => list.map(({ metadata }) => metadata.name).join();
      for (const { name, namespace, app, isRemoval, isReadAfter } of writes) {
        const object = inNamespace(namespace, name, { app });
        if (isRemoval) cache.remove(object);
        else cache.put(object);
        if (isRemoval) expected.delete(`${namespace}/${name}`);
        else expected.set(`${namespace}/${name}`, app);
        if (!isReadAfter) continue;
        const keys = [...expected.keys()].sort();
        expect(names(cache)).toEqual(keys);
        expect(names(cache, { namespace: "x" })).toEqual(keys.filter((key) => key.startsWith("x/")));
        expect(names(cache, { labels: { matchLabels: { app: "1" } } })).toEqual(keys.filter((key) => expected.get(key) === "1"));
        expect(cache.count("ConfigMap")).toBe(keys.length);
        for (const { list, keptNames } of held) expect(namesOf(list)).toBe(keptNames);
        const list = cache.list("ConfigMap");
        held.push({ list, keptNames: namesOf(list) });
      }
    }),
  );
});

const parity = (object: KubeObject) => [Number(object.metadata.labels?.size ?? 0) % 2 === 0 ? "even" : "odd"];
const digits = (object: KubeObject) => [...(object.metadata.labels?.size ?? "")];

test("an index answers what a filter would, after any writes and in forks", () => {
  const write = fc.record({
    name: fc.constantFrom(..."abcdefghijkl"),
    namespace: fc.constantFrom("x", "y"),
    size: fc.constantFrom("1", "2", "12", "33"),
    step: fc.constantFrom("put", "remove", "fork"),
  });
  fc.assert(
    fc.property(fc.array(write, { maxLength: 80 }), (writes) => {
      let cache = new ObjectCache();
      for (const { name, namespace, size, step } of writes) {
        const object = inNamespace(namespace, name, { size });
        if (step === "put") cache.put(object);
        else if (step === "remove") cache.remove(object);
        else cache = cache.fork();
        for (const [index, value] of [
          [parity, "even"],
          [digits, "1"],
          [digits, "3"],
        ] as const) {
          const expected = cache.list("ConfigMap").filter((each) => index(each).includes(value));
          expect(cache.list("ConfigMap", { by: { index, value } })).toEqual(expected);
          expect(cache.list("ConfigMap", { namespace: "x", by: { index, value } })).toEqual(
            expected.filter(({ metadata }) => metadata.namespace === "x"),
          );
        }
      }
    }),
    { seed: 1 },
  );
});
