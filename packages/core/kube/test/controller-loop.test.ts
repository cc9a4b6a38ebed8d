import { addressPlan, type KubeObject } from "@loopway/model";
import { expect, test } from "vitest";
import type { Controller } from "../src/controller.ts";
import { type ControllerLoop, enqueueEvents, nextWork, nextWorkAt, reconcile, startLoop } from "../src/controller-loop.ts";
import type { StoreState } from "../src/store.ts";
import { configMap, NOW, stateWith, testContext } from "./build.ts";

const settings = { plan: addressPlan(0), strict: false, serves: { https: false } };

/** Makes ConfigMap "copy-of-X" of every ConfigMap whose name is in `of`. */
function copier(name: string, of: string[]): Controller {
  const keysOf = (object: KubeObject | undefined) =>
    object !== undefined && of.includes(object.metadata.name) ? [object.metadata.name] : [];
  return {
    name,
    watches: [{ kind: "ConfigMap", keysOf }],
    reconcile: ({ snapshot, key }) => {
      const copy = `copy-of-${key}`;
      if (snapshot.get("ConfigMap", "default", copy) !== undefined) return { changes: [] };
      return { changes: [{ op: "create", object: configMap(copy) }] };
    },
  };
}

function runUntilIdle(loop: ControllerLoop, state: StoreState) {
  const context = testContext();
  const worked: string[] = [];
  let newest = state;
  for (let work = nextWork(loop, NOW); work !== undefined; work = nextWork(loop, NOW)) {
    const outcome = reconcile(loop, work, { state: newest, context, settings });
    worked.push(`${work.controller.name} ${work.key} ${outcome.kind}`);
    if (outcome.kind === "done") newest = outcome.state;
  }
  return { worked, names: newest.objects.list("ConfigMap").map(({ metadata }) => metadata.name) };
}

function loopOver(state: StoreState, ...controllers: Controller[]): ControllerLoop {
  return fill(startLoop(controllers), state);
}

function fill(loop: ControllerLoop, state: StoreState): ControllerLoop {
  const events = state.objects.list("ConfigMap").map((object) => ({ type: "ADDED" as const, object, revision: 1 }));
  enqueueEvents(loop, events, state.objects);
  return loop;
}

test("what one controller writes is worked on by the next", () => {
  const state = stateWith(configMap("a"));
  const loop = loopOver(state, copier("first", ["a"]), copier("second", ["copy-of-a"]));
  expect(runUntilIdle(loop, state)).toEqual({
    worked: ["first a done", "second copy-of-a done"],
    names: ["a", "copy-of-a", "copy-of-copy-of-a"],
  });
});

test("a controller that panics, or whose changes are refused, is tried again later and stops no other", () => {
  const state = stateWith(configMap("a"));
  const reconcileBadly = () => {
    throw new Error("panic");
  };
  const panics: Controller = { ...copier("panics", ["a"]), reconcile: reconcileBadly };
  const refused: Controller = { ...copier("refused", ["a"]), reconcile: () => ({ changes: [{ op: "create", object: configMap("a") }] }) };
  const loop = loopOver(state, panics, refused, copier("works", ["a"]));
  expect(runUntilIdle(loop, state)).toEqual({
    worked: ["panics a panicked", "refused a failed", "works a done"],
    names: ["a", "copy-of-a"],
  });
  expect(nextWorkAt(loop, NOW)).toBe(NOW + 5);
});

test("what admits goes first, even before what has waited longer", () => {
  const state = stateWith(configMap("a"));
  const loop = loopOver(state, copier("first", ["a", "b"]), { ...copier("admits", ["b"]), admits: true });
  const later = stateWith(configMap("a"), configMap("b"));
  enqueueEvents(loop, [{ type: "ADDED", object: configMap("b"), revision: 2 }], later.objects);
  expect(runUntilIdle(loop, later).worked).toEqual(["admits b done", "first a done", "first b done"]);
});

test("a controller may ask to be run again", () => {
  const state = stateWith(configMap("a"));
  const waits: Controller = { ...copier("waits", ["a"]), reconcile: () => ({ changes: [], requeueAfterMs: 1234 }) };
  const loop = loopOver(state, waits);
  runUntilIdle(loop, state);
  expect(nextWorkAt(loop, NOW)).toBe(NOW + 1234);
});

test("in order, what a controller is to do goes before the work of all behind it", () => {
  const state = stateWith(configMap("a"), configMap("b"));
  const loop = fill(startLoop([copier("first", ["copy-of-a"]), copier("second", ["a", "b"])], { inOrder: true }), state);
  expect(runUntilIdle(loop, state).worked).toEqual(["second a done", "first copy-of-a done", "second b done"]);
});

test("a controller that only reports is not asked again for its own report; all others are", () => {
  const state = stateWith(configMap("a"));
  const reports: Controller = {
    ...copier("reports", ["a"]),
    reconcile: ({ snapshot }) => {
      const object = snapshot.get("ConfigMap", "default", "a");
      return { changes: object === undefined ? [] : [{ op: "updateStatus", object: { ...object, status: { phase: "Seen" } } }] };
    },
  };
  const loop = loopOver(state, copier("follows", ["a"]), reports);
  expect(runUntilIdle(loop, state).worked).toEqual(["follows a done", "reports a done", "follows a done"]);
});
