// The API's objects, in two states. Writes and controllers build on the newest; readers and watchers see what is on disk, so nothing that
// a kill -9 can take back was ever shown.
//
//   write ─▶ newest ──▶ commit queue ══ one batch ═▶ disk ─▶ committed ─▶ watchers, then the writer's answer
//              └─▶ controllers (at once)
import {
  type ApiFailure,
  type Draft,
  isFailure,
  ObjectCache,
  type StoreEvent,
  type StoreState,
  transact,
  WatchCache,
  type WriteContext,
} from "@loopway/kube";
import type { KubeObject } from "@loopway/model";
import { createCommitQueue } from "./commit-queue.ts";
import type { DurableStore } from "./durable-store.ts";

/** How many events a watch may be behind and still resume. */
const WATCH_CACHE_EVENTS = 4_096;

type EventListener = (events: readonly StoreEvent[]) => void;

export interface ApiStore {
  /** Includes writes that are not on disk yet. */
  newest(): StoreState;
  committed(): StoreState;
  /** Resolves when the transaction is on disk and watchers have been told, or with the failure. `dryRun` computes and forgets. */
  write<T>(write: (draft: Draft) => T | ApiFailure, options?: { dryRun?: boolean }): Promise<T | ApiFailure>;
  /** Takes over the outcome of a transaction on `newest()`. */
  adopt(state: StoreState, events: StoreEvent[]): Promise<void>;
  /** Called at once with every write that did not come by `adopt`. */
  onWrite(listener: EventListener): void;
  /** Called with committed events, in order. Returns how to end it. */
  subscribe(listener: EventListener): () => void;
  /** Undefined when forgotten. */
  eventsSince(revision: number): readonly StoreEvent[] | undefined;
  writeContext(): WriteContext;
  close(): Promise<void>;
}

export function createApiStore(durable: DurableStore, writeContext: () => WriteContext, onBroken: (error: unknown) => void): ApiStore {
  let newest = loadState(durable);
  let committed = newest;
  const cache = new WatchCache(newest.revision, WATCH_CACHE_EVENTS);
  const subscribers = new Set<EventListener>();
  const writeListeners: EventListener[] = [];

  const publish = (state: StoreState, events: readonly StoreEvent[]) => {
    committed = state;
    cache.add(events);
    for (const subscriber of subscribers) subscriber(events);
  };
  const queue = createCommitQueue(durable, publish, onBroken);
  const adopt = (state: StoreState, events: StoreEvent[]) => {
    newest = state;
    return queue.add(state, events);
  };

  return {
    newest: () => newest,
    committed: () => committed,
    write: async (write, { dryRun = false } = {}) => {
      const result = transact(newest, writeContext(), write);
      if (isFailure(result)) return result;
      if (dryRun) return result.value;
      const done = result.events.length === 0 ? queue.idle() : adopt(result.state, result.events);
      for (const listener of writeListeners) listener(result.events);
      await done;
      return result.value;
    },
    adopt,
    onWrite: (listener) => void writeListeners.push(listener),
    subscribe: (listener) => {
      subscribers.add(listener);
      return () => subscribers.delete(listener);
    },
    eventsSince: (revision) => cache.since(revision),
    writeContext,
    close: async () => {
      await queue.idle();
      await durable.close();
    },
  };
}

function loadState(durable: DurableStore): StoreState {
  const objects = new ObjectCache();
  const byKind = Map.groupBy(
    durable.contents.objects.map((text) => JSON.parse(text) as KubeObject),
    ({ kind }) => kind,
  );
  durable.contents.objects = [];
  for (const [kind, list] of byKind) objects.replace(kind, list);
  return { revision: Number(durable.contents.facts.revision ?? 0), objects };
}
