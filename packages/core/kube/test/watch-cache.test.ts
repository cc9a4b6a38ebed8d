import { expect, test } from "vitest";
import type { StoreEvent } from "../src/store.ts";
import { selectEvent, WatchCache } from "../src/watch-cache.ts";
import { configMap } from "./build.ts";

const event = (revision: number): StoreEvent => ({ type: "ADDED", object: configMap(`c${revision}`), revision });
const revisions = (events: readonly StoreEvent[] | undefined) => events?.map(({ revision }) => revision);

test("a watch resumes after the revision that it saw last", () => {
  const cache = new WatchCache(10, 100);
  cache.add([event(11), event(13), event(14)]);
  expect(revisions(cache.since(10))).toEqual([11, 13, 14]);
  expect(revisions(cache.since(12))).toEqual([13, 14]);
  expect(revisions(cache.since(14))).toEqual([]);
});

test("what is forgotten cannot be resumed from", () => {
  const cache = new WatchCache(0, 2);
  for (let revision = 1; revision <= 9; revision++) cache.add([event(revision)]);
  expect(cache.since(1)).toBeUndefined();
  expect(cache.since(4)).toBeUndefined();
  expect(revisions(cache.since(7))).toEqual([8, 9]);
});

test("a cache that starts at a revision knows nothing older", () => {
  expect(new WatchCache(10, 100).since(9)).toBeUndefined();
  expect(revisions(new WatchCache(10, 100).since(10))).toEqual([]);
});

const selected = configMap("in", { metadata: { name: "in", labels: { app: "web" } } });
const other = configMap("in");
const matches = (object: { metadata: { labels?: Record<string, string> } }) => object.metadata.labels?.app === "web";

const crossings: { name: string; event: StoreEvent; expected: string | undefined }[] = [
  { name: "a new object in the selection is added", event: { type: "ADDED", object: selected, revision: 1 }, expected: "ADDED" },
  { name: "a new object outside is not seen", event: { type: "ADDED", object: other, revision: 1 }, expected: undefined },
  {
    name: "one that stays inside is modified",
    event: { type: "MODIFIED", object: selected, previous: selected, revision: 1 },
    expected: "MODIFIED",
  },
  { name: "one that enters is added", event: { type: "MODIFIED", object: selected, previous: other, revision: 1 }, expected: "ADDED" },
  { name: "one that leaves is deleted", event: { type: "MODIFIED", object: other, previous: selected, revision: 1 }, expected: "DELETED" },
  {
    name: "one deleted inside is deleted",
    event: { type: "DELETED", object: selected, previous: selected, revision: 1 },
    expected: "DELETED",
  },
  { name: "one deleted outside is not seen", event: { type: "DELETED", object: other, previous: other, revision: 1 }, expected: undefined },
];

test.each(crossings)("$name", ({ event: change, expected }) => {
  expect(selectEvent(change, matches)?.type).toBe(expected);
});
