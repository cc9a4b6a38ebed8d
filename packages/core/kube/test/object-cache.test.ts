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
