// The reconcile loop without its clock: which controller looks at which key next, and what its changes make of the state. One queue for
// all controllers keeps the order of arrival, so that a chain (Deployment, ReplicaSet, Pod ...) is worked off breadth first. Those that admit
// have a queue of their own, which goes first. Where each controller has its own, what a later one builds on is there when its turn comes.
import { applyChanges } from "./apply-changes.ts";
import type { Change, Controller, ControllerSettings, WatchedKind } from "./controller.ts";
import { type ApiFailure, isFailure } from "./failure.ts";
import type { Snapshot } from "./snapshot.ts";
import type { StoreEvent, StoreState, WriteContext } from "./store.ts";
import { add, addAfterFailure, addAt, emptyQueue, forgetFailures, nextDueAt, take, type WorkQueue } from "./work-queue.ts";

export interface ControllerLoop {
  /** By the controller's name. */
  members: ReadonlyMap<string, Member>;
  /** The first that has work goes first. */
  queues: readonly WorkQueue[];
  /** By the kind they watch, in order of the controllers. */
  watchers: ReadonlyMap<string, readonly Watcher[]>;
}

interface Member {
  controller: Controller;
  queue: WorkQueue;
}

interface Watcher extends Member {
  keysOf: WatchedKind["keysOf"];
}

export interface LoopOptions {
  /** A controller's work goes before that of all behind it, instead of in order of arrival. */
  inOrder?: boolean;
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

export function startLoop(controllers: readonly Controller[], { inOrder = false }: LoopOptions = {}): ControllerLoop {
  const [admission, arrival] = [emptyQueue(), emptyQueue()];
  const queues = inOrder ? controllers.map(emptyQueue) : [admission, arrival];
  const members = controllers.map((controller, index): Member => {
    const own = inOrder ? queues[index] : undefined;
    return { controller, queue: own ?? (controller.admits === true ? admission : arrival) };
  });
  const watchers = members.flatMap((member) =>
    member.controller.watches.map(({ kind, keysOf }) => ({ kind, watcher: { ...member, keysOf } })),
  );
  return {
    members: new Map(members.map((member) => [member.controller.name, member])),
    queues,
    watchers: new Map([...Map.groupBy(watchers, ({ kind }) => kind)].map(([kind, found]) => [kind, found.map(({ watcher }) => watcher)])),
  };
}

/** Queues the keys that these events touch. `snapshot` is the state after them. */
export function enqueueEvents({ watchers }: ControllerLoop, events: readonly StoreEvent[], snapshot: Snapshot, done?: Work): void {
  for (const event of events) {
    const object = event.type === "DELETED" ? undefined : event.object;
    for (const { controller, queue, keysOf } of watchers.get(event.object.kind) ?? []) {
      for (const key of keysOf(object, event.previous, snapshot))
        if (controller !== done?.controller || key !== done.key) add(queue, queueKey(controller.name, key));
    }
  }
}

/** A reconcile that only reports would report the same again. */
function isAtRest(changes: readonly Change[]): boolean {
  return changes.every(({ op }) => op === "updateStatus" || op === "event");
}

export function nextWork({ queues, members }: ControllerLoop, now: number): Work | undefined {
  for (const queue of queues) {
    const item = take(queue, now);
    if (item === undefined) continue;
    const space = item.indexOf(" ");
    const member = members.get(item.slice(0, space));
    return member && { controller: member.controller, key: item.slice(space + 1) };
  }
  return undefined;
}

/** Milliseconds since the epoch; undefined when there is nothing to wait for. */
export function nextWorkAt({ queues }: ControllerLoop, now: number): number | undefined {
  if (queues.some(({ ready }) => ready.size > 0)) return now;
  const dates = queues.flatMap((queue) => nextDueAt(queue, now) ?? []);
  return dates.length === 0 ? undefined : Math.min(...dates);
}

/** Runs one reconcile and applies its changes as one transaction; its own events are queued for every controller. */
export function reconcile(
  loop: ControllerLoop,
  { controller, key }: Work,
  input: { state: StoreState; context: WriteContext; settings: ControllerSettings },
): Reconciled {
  const { state, context, settings } = input;
  const item = queueKey(controller.name, key);
  const { queue = emptyQueue() } = loop.members.get(controller.name) ?? {};
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
    enqueueEvents(loop, applied.events, applied.state.objects, isAtRest(result.changes) ? { controller, key } : undefined);
    return { kind: "done", state: applied.state, events: applied.events };
  } catch (error) {
    addAfterFailure(queue, item, context.now);
    return { kind: "panicked", error };
  }
}

function queueKey(controllerName: string, key: string): string {
  return `${controllerName} ${key}`;
}
