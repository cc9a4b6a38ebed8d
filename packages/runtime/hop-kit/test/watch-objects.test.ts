import type { Snapshot } from "@loopway/kube";
import type { KubeObject } from "@loopway/model";
import { eventually } from "@loopway/testkit";
import { expect, test } from "vitest";
import { watchObjects } from "../src/watch-objects.ts";
import { clientOf, SmallApi } from "./fixtures/small-api.ts";

const pod = (name: string, labels: Record<string, string> = {}): KubeObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "default", labels },
});

/** `passMs`: how long each pass keeps the process busy. */
function watched(api: SmallApi, passMs = 0) {
  const { client, signal } = clientOf(api);
  const seen: string[][] = [];
  const onChange = (objects: Snapshot) => {
    seen.push(objects.list("Pod").map((object) => object.metadata.name));
    const untilMs = performance.now() + passMs;
    while (performance.now() < untilMs);
  };
  return { seen, start: () => watchObjects({ client, selections: [{ kind: "Pod" }], onChange, signal }) };
}

test("a watch shows what is there, then each burst of changes once", async () => {
  const api = new SmallApi();
  await api.start();
  api.put(pod("b"));
  api.put(pod("a"));
  const { seen, start } = watched(api);
  await start();
  expect(seen).toEqual([["a", "b"]]);
  await eventually(() => expect(api.watchers).toBe(1));
  api.put(pod("c"));
  api.delete(pod("a"));
  await eventually(() => expect(seen.at(-1)).toEqual(["b", "c"]));
  expect(seen.length).toBeLessThanOrEqual(3);
});

test("after a pass that takes long others wait their turn: a burst of a second costs a few, and its last change is seen", async () => {
  const api = new SmallApi();
  await api.start();
  const { seen, start } = watched(api, 20);
  await start();
  await eventually(() => expect(api.watchers).toBe(1));
  const startedMs = performance.now();
  let sent = 0;
  await eventually(() => {
    api.put(pod(`pod-${sent++}`));
    expect(performance.now() - startedMs).toBeGreaterThan(1_000);
  });
  await eventually(() => expect(seen.at(-1)).toHaveLength(sent));
  // 20 ms of work and 50 ms of rest: 14 in a second, where each of some 45 changes would have had its own.
  expect(seen.length).toBeLessThan(20);
});

test("what kubectl notes for itself is not kept", async () => {
  const api = new SmallApi();
  await api.start();
  const { client, signal } = clientOf(api);
  const annotations = { "kubectl.kubernetes.io/last-applied-configuration": "{}", kept: "yes" };
  api.put({ ...pod("a"), metadata: { name: "a", namespace: "default", annotations } });
  const snapshot = await watchObjects({ client, selections: [{ kind: "Pod" }], onChange: () => undefined, signal });
  expect(snapshot.get("Pod", "default", "a")?.metadata.annotations).toEqual({ kept: "yes" });
});

test("a watch may begin before the API does", async () => {
  const api = new SmallApi();
  const { seen, start } = watched(api);
  const synced = start();
  api.put(pod("a"));
  await api.start();
  await synced;
  expect(seen).toEqual([["a"]]);
});

test("a lost API never empties the cache, and what changed meanwhile arrives afterwards", async () => {
  const api = new SmallApi();
  await api.start();
  api.put(pod("a"));
  const { seen, start } = watched(api);
  const snapshot = await start();
  await eventually(() => expect(api.watchers).toBe(1));
  await api.stop();
  api.put(pod("b"));
  expect(snapshot.list("Pod")).toHaveLength(1);
  await api.start();
  await eventually(() => expect(seen.at(-1)).toEqual(["a", "b"]));
  expect(seen).not.toContainEqual([]);
  expect(
    api.received.filter(({ path }) => !path.includes("watch")),
    "resumes from its revision without a list",
  ).toHaveLength(1);
});

test("410 Gone leads to a new list, which removes what vanished unseen", async () => {
  const api = new SmallApi();
  await api.start();
  api.put(pod("a"));
  api.put(pod("b"));
  const { seen, start } = watched(api);
  await start();
  await eventually(() => expect(api.watchers).toBe(1));
  await api.stop();
  api.delete(pod("a"));
  api.oldestRevision = 1_000_000;
  await api.start();
  await eventually(() => expect(seen.at(-1)).toEqual(["b"]));
  expect(seen).not.toContainEqual([]);
});

test("a bookmark moves the revision from which a broken watch resumes", async () => {
  const api = new SmallApi();
  await api.start();
  const { start } = watched(api);
  await start();
  await eventually(() => expect(api.watchers).toBe(1));
  for (let i = 0; i < 5; i++) api.bookmark();
  await eventually(async () => {
    await api.stop();
    await api.start();
    await eventually(() => expect(api.watchers).toBe(1));
    expect(api.received.at(-1)?.path).toContain("resourceVersion=6");
  });
});
