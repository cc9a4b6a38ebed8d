import { formatFailure, log } from "@loopway/hop-kit";
import {
  type Controller,
  type ControllerSettings,
  enqueueEvents,
  nextWork,
  nextWorkAt,
  reconcile,
  type StoreEvent,
  startLoop,
} from "@loopway/kube";
import type { ApiStore } from "./store/api-store.ts";

/** How long controllers may run before requests get their turn. */
const SLICE_MS = 5;
/** setTimeout's own limit is 2^31 - 1. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

export interface RunningControllers {
  stop(): void;
}

/**
 * Runs the controllers on the newest state, first for everything there is, then for every write, without polling. A reconcile that panics
 * or whose changes are refused is logged and tried again later; it never stops the others.
 */
export function runControllers(store: ApiStore, controllers: readonly Controller[], settings: ControllerSettings): RunningControllers {
  const loop = startLoop(controllers);
  let next: NodeJS.Immediate | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  const now = () => store.writeContext().now;
  const schedule = () => {
    if (!isStopped) next ??= setImmediate(runSlice);
  };
  const enqueue = (events: readonly StoreEvent[]) => {
    try {
      enqueueEvents(loop, events, store.newest().objects);
    } catch (error) {
      log(`a controller cannot tell what a change concerns: ${formatFailure(error)}`);
    }
    schedule();
  };
  const runSlice = () => {
    next = undefined;
    const endsAt = performance.now() + SLICE_MS;
    do {
      const work = nextWork(loop, now());
      if (work === undefined) return sleepUntilDue();
      const outcome = reconcile(loop, work, { state: store.newest(), context: store.writeContext(), settings });
      const name = `${work.controller.name} ${work.key}`;
      if (outcome.kind === "panicked") log(`${name}: ${formatFailure(outcome.error)}`);
      else if (outcome.kind === "failed") log(`${name}: its changes were refused: ${outcome.failure.message}`);
      else if (outcome.events.length > 0) void store.adopt(outcome.state, outcome.events);
    } while (performance.now() < endsAt);
    schedule();
  };
  const sleepUntilDue = () => {
    clearTimeout(timer);
    const dueAt = nextWorkAt(loop, now());
    if (dueAt !== undefined && !isStopped) timer = setTimeout(schedule, Math.min(LONGEST_WAIT_MS, Math.max(0, dueAt - now())));
  };

  store.onWrite(enqueue);
  enqueue(everything(store));
  return {
    stop: () => {
      isStopped = true;
      clearImmediate(next);
      clearTimeout(timer);
    },
  };
}

function everything(store: ApiStore): StoreEvent[] {
  const { objects, revision } = store.newest();
  return objects.kinds().flatMap((kind) => objects.list(kind).map((object): StoreEvent => ({ type: "ADDED", object, revision })));
}
