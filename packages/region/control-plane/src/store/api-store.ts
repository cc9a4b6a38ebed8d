// The API's objects, in two states. Writes and controllers build on the newest; readers and watchers see what is on disk, so nothing that
// a kill -9 can take back was ever shown. Transactions that arrive while a commit is under way go to disk together (group commit).
//
//   write ─▶ newest ──▶ pending ══ one batch ═▶ disk ─▶ committed ─▶ watchers, then the writer's answer
//              └─▶ controllers (at once)
import {
  type ApiFailure,
  type Draft,
  emptyState,
  isFailure,
  ObjectCache,
  type StoreEvent,
  type StoreState,
  transact,
  WatchCache,
  type WriteContext,
} from "@loopway/kube";
import { type KubeObject, kindNamed, kinds, objectKey } from "@loopway/model";
import type { DurableStore } from "./durable-store.ts";
import type { StoreRow } from "./store-file.ts";

/** How many events a watch may be behind and still resume. */
const WATCH_CACHE_EVENTS = 4_096;
/** Revisions are set aside on disk in blocks: those of Events and Leases need no commit of their own, and none is ever used twice. */
const REVISION_BLOCK = 10_000;

export interface ApiStore {
  /** Includes writes that are not on disk yet. */
  newest(): StoreState;
  committed(): StoreState;
  /** Resolves when the transaction is on disk and watchers have been told, or with the failure. `dryRun` computes and forgets. */
  write<T>(write: (draft: Draft) => T | ApiFailure, options?: { dryRun?: boolean }): Promise<T | ApiFailure>;
  /** Takes over the outcome of a transaction on `newest()`. */
  adopt(state: StoreState, events: StoreEvent[]): Promise<void>;
  /** Called at once with every write that did not come by `adopt`. */
  onWrite(listener: (events: readonly StoreEvent[]) => void): void;
  /** Called with committed events, in order. Returns how to end it. */
  subscribe(listener: (events: readonly StoreEvent[]) => void): () => void;
  /** Undefined when forgotten. */
  eventsSince(revision: number): readonly StoreEvent[] | undefined;
  writeContext(): WriteContext;
  close(): Promise<void>;
}

interface Pending {
  state: StoreState;
  events: StoreEvent[];
  resolve: () => void;
}

export function createApiStore(durable: DurableStore, writeContext: () => WriteContext, onBroken: (error: unknown) => void): ApiStore {
  let reservedRevision = Number(durable.contents.facts.revision ?? 0);
  let newest = loadState(durable, reservedRevision);
  let committed = newest;
  let pending: Pending[] = [];
  let flushing: Promise<void> | undefined;
  const cache = new WatchCache(newest.revision, WATCH_CACHE_EVENTS);
  const subscribers = new Set<(events: readonly StoreEvent[]) => void>();
  const writeListeners: ((events: readonly StoreEvent[]) => void)[] = [];

  const flush = async () => {
    while (pending.length > 0) {
      const batch = pending;
      pending = [];
      const state = batch.at(-1)?.state ?? committed;
      const rows = rowsOf(batch);
      const needsBlock = state.revision > reservedRevision;
      if (needsBlock) reservedRevision = state.revision + REVISION_BLOCK;
      if (rows.length > 0 || needsBlock) await durable.commit(rows, needsBlock ? { revision: String(reservedRevision) } : {});
      committed = state;
      const events = batch.flatMap((transaction) => transaction.events);
      cache.add(events);
      for (const subscriber of subscribers) subscriber(events);
      for (const { resolve } of batch) resolve();
    }
    flushing = undefined;
  };
  const adopt = (state: StoreState, events: StoreEvent[]) => {
    newest = state;
    return new Promise<void>((resolve) => {
      pending.push({ state, events, resolve });
      // In a microtask: what one turn of the event loop writes goes to disk together.
      flushing ??= Promise.resolve().then(flush).catch(onBroken);
    });
  };

  return {
    newest: () => newest,
    committed: () => committed,
    write: async (write, { dryRun = false } = {}) => {
      const result = transact(newest, writeContext(), write);
      if (isFailure(result)) return result;
      if (dryRun) return result.value;
      if (result.events.length === 0) {
        await flushing;
        return result.value;
      }
      const done = adopt(result.state, result.events);
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
      await flushing;
      await durable.close();
    },
  };
}

function loadState(durable: DurableStore, revision: number): StoreState {
  const byKind = new Map<string, KubeObject[]>();
  for (const text of durable.contents.objects) {
    const object = JSON.parse(text) as KubeObject;
    const objects = byKind.get(object.kind);
    if (objects === undefined) byKind.set(object.kind, [object]);
    else objects.push(object);
  }
  durable.contents.objects = [];
  if (byKind.size === 0) return { ...emptyState(), revision };
  const objects = new ObjectCache();
  for (const [kind, list] of byKind) objects.replace(kind, list);
  return { revision, objects };
}

const ephemeral = new Set(kinds.filter((kind) => kind.ephemeral).map(({ kind }) => kind));

/** The last row of each object that the batch touches. */
function rowsOf(batch: readonly Pending[]): StoreRow[] {
  const rows = new Map<string, StoreRow>();
  for (const { events } of batch) {
    for (const { type, object } of events) {
      if (ephemeral.has(object.kind)) continue;
      const key = objectKey(object);
      const row = { kind: kindNamed(object.kind).kind, key };
      rows.set(`${object.kind} ${key}`, type === "DELETED" ? row : { ...row, value: JSON.stringify(object) });
    }
  }
  return [...rows.values()];
}
