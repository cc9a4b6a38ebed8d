// The reconcile loop without its clock: which controller looks at which key next, and what its changes make of the state. One queue for
// all controllers keeps the order of arrival, so that a chain (Deployment, ReplicaSet, Pod ...) is worked off breadth first. Those that admit
// have a queue of their own, which goes first.
import { applyChanges } from "./apply-changes.ts";
import type { Controller, ControllerSettings, WatchedKind } from "./controller.ts";
import { type ApiFailure, isFailure } from "./failure.ts";
import { perObject } from "./per-list.ts";
import type { Snapshot } from "./snapshot.ts";
import type { StoreEvent, StoreState, WriteContext } from "./store.ts";
import { add, addAfterFailure, addAt, emptyQueue, forgetFailures, nextDueAt, take, type WorkQueue } from "./work-queue.ts";

export interface ControllerLoop {
  controllers: ReadonlyMap<string, Controller>;
  admission: WorkQueue;
  queue: WorkQueue;
}

/** One key of one controller's queue. */
export interface Work {
  controller: Controller;
  key: string;
}

/** What came of one reconcile. A failure or a panic leaves the state as it was; the key is tried again later. */
export type Reconciled =
  | { kind: "done"; state: StoreState; events: StoreEvent[] }
  | { kind: "failed"; failure: ApiFailure }
  | { kind: "panicked"; error: unknown };

export function startLoop(controllers: readonly Controller[]): ControllerLoop {
  const named = new Map(controllers.map((controller) => [controller.name, controller]));
  return { controllers: named, admission: emptyQueue(), queue: emptyQueue() };
}

/** Queues the keys that these events touch. `snapshot` is the state after them. */
export function enqueueEvents(loop: ControllerLoop, events: readonly StoreEvent[], snapshot: Snapshot): void {
  const watchers = watchersByKind(loop.controllers);
  for (const event of events) {
    const object = event.type === "DELETED" ? undefined : event.object;
    for (const { controller, keysOf } of watchers.get(event.object.kind) ?? [])
      for (const key of keysOf(object, event.previous, snapshot)) add(queueOf(loop, controller), queueKey(controller.name, key));
  }
}

function queueOf({ admission, queue }: ControllerLoop, { admits }: Controller): WorkQueue {
  return admits === true ? admission : queue;
}

/** In order of the controllers. */
const watchersByKind = perObject((controllers: ControllerLoop["controllers"]) => {
  const watchers = new Map<string, { controller: Controller; keysOf: WatchedKind["keysOf"] }[]>();
  for (const controller of controllers.values()) {
    for (const { kind, keysOf } of controller.watches) watchers.set(kind, [...(watchers.get(kind) ?? []), { controller, keysOf }]);
  }
  return watchers;
});

export function nextWork(loop: ControllerLoop, now: number): Work | undefined {
  const item = take(loop.admission, now) ?? take(loop.queue, now);
  if (item === undefined) return undefined;
  const space = item.indexOf(" ");
  const controller = loop.controllers.get(item.slice(0, space));
  return controller === undefined ? undefined : { controller, key: item.slice(space + 1) };
}

/** Whether something is due that waits for no time. */
export function hasReadyWork({ admission, queue }: ControllerLoop): boolean {
  return admission.ready.size > 0 || queue.ready.size > 0;
}

/** Milliseconds since the epoch; undefined when there is nothing to wait for. */
export function nextWorkAt(loop: ControllerLoop, now: number): number | undefined {
  const [admission, other] = [nextDueAt(loop.admission, now), nextDueAt(loop.queue, now)];
  return admission === undefined || other === undefined ? (admission ?? other) : Math.min(admission, other);
}

/** Runs one reconcile and applies its changes as one transaction; its own events are queued for every controller. */
export function reconcile(
  loop: ControllerLoop,
  { controller, key }: Work,
  input: { state: StoreState; context: WriteContext; settings: ControllerSettings },
): Reconciled {
  const { state, context, settings } = input;
  const item = queueKey(controller.name, key);
  const queue = queueOf(loop, controller);
  try {
    const { now, random } = context;
    const result = controller.reconcile({ snapshot: state.objects, key, now, random, settings });
    const applied = applyChanges(state, result.changes, context);
    if (isFailure(applied)) {
      addAfterFailure(queue, item, now);
      return { kind: "failed", failure: applied };
    }
    forgetFailures(queue, item);
    if (result.requeueAfterMs !== undefined) addAt(queue, item, now + result.requeueAfterMs);
    enqueueEvents(loop, applied.events, applied.state.objects);
    return { kind: "done", state: applied.state, events: applied.events };
  } catch (error) {
    addAfterFailure(queue, item, context.now);
    return { kind: "panicked", error };
  }
}

function queueKey(controllerName: string, key: string): string {
  return `${controllerName} ${key}`;
}
