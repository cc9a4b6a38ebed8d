import type { KubeObject } from "@loopway/model";
import fc from "fast-check";
import { expect, test } from "vitest";
import { applyChanges } from "../src/apply-changes.ts";
import type { Change } from "../src/controller.ts";
import { isFailure } from "../src/failure.ts";
import type { ObjectCache } from "../src/object-cache.ts";
import { emptyState, type StoreEvent, type StoreState } from "../src/store.ts";
import { WatchCache } from "../src/watch-cache.ts";
import { testContext } from "./build.ts";

const object = fc
  .record({
    name: fc.constantFrom("a", "b", "c"),
    namespace: fc.constantFrom("n", "m"),
    kind: fc.constantFrom("ConfigMap", "Pod"),
    value: fc.integer({ min: 0, max: 3 }),
    held: fc.boolean(),
  })
  .map(({ name, namespace, kind, value, held }): KubeObject => {
    const metadata = { name, namespace, ...(held ? { finalizers: ["test/held"] } : {}) };
    return { apiVersion: "v1", kind, metadata, spec: { value, containers: [] } };
  });

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ op: fc.constantFrom("create" as const, "update" as const, "updateStatus" as const), object }),
  fc.record({ op: fc.constant("delete" as const), object }).map(({ object: { kind, metadata } }): Change => {
    return { op: "delete", kind, namespace: metadata.namespace ?? "", name: metadata.name };
  }),
);
const history = fc.array(fc.array(change, { maxLength: 4 }), { maxLength: 30 });

const contents = (cache: ObjectCache) => ["ConfigMap", "Pod"].flatMap((kind) => cache.list(kind));

function replay(cache: ObjectCache, events: readonly StoreEvent[]): void {
  for (const { type, object } of events) {
    if (type === "DELETED") cache.remove(object);
    else cache.put(object);
  }
}

/** Runs the history; calls `step` with every transaction that was accepted. */
function run(transactions: Change[][], step: (events: StoreEvent[], state: StoreState) => void): StoreState {
  const context = testContext();
  let state = emptyState();
  for (const changes of transactions) {
    const before = contents(state.objects);
    const result = applyChanges(state, changes, context);
    if (isFailure(result)) expect(contents(state.objects)).toEqual(before);
    else {
      ({ state } = result);
      step(result.events, state);
    }
  }
  return state;
}

test("events replayed from the beginning, or from any point, give the same objects", () => {
  fc.assert(
    fc.property(history, fc.nat(), (transactions, seed) => {
      const states: StoreState[] = [emptyState()];
      const watch = new WatchCache(0, 10_000);
      const last = run(transactions, (events, state) => {
        watch.add(events);
        states.push(state);
      });
      const start = states[seed % states.length] ?? emptyState();
      const cache = start.objects.fork();
      replay(cache, watch.since(start.revision) ?? []);
      expect(contents(cache)).toEqual(contents(last.objects));
    }),
    { seed: 1, numRuns: 300 },
  );
});

test("resourceVersion only grows, and every event has its own", () => {
  fc.assert(
    fc.property(history, (transactions) => {
      let newest = 0;
      run(transactions, (events, state) => {
        for (const { revision, object } of events) {
          expect(revision).toBeGreaterThan(newest);
          expect(object.metadata.resourceVersion).toBe(String(revision));
          newest = revision;
        }
        expect(state.revision).toBe(newest);
      });
    }),
    { seed: 2, numRuns: 200 },
  );
});

test("a transaction with one change that is refused changes nothing", () => {
  fc.assert(
    fc.property(history, fc.array(change, { maxLength: 4 }), (transactions, more) => {
      const state = run(transactions, () => undefined);
      const before = contents(state.objects);
      const impossible: Change = { op: "update", object: { apiVersion: "v1", kind: "Pod", metadata: { name: "never", namespace: "n" } } };
      expect(isFailure(applyChanges(state, [...more, impossible], testContext()))).toBe(true);
      expect(contents(state.objects)).toEqual(before);
    }),
    { seed: 3, numRuns: 200 },
  );
});
