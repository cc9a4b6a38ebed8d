import type { StoreEvent, StoreState } from "@loopway/kube";
import { type KubeObject, kinds, objectKey } from "@loopway/model";
import type { DurableStore } from "./durable-store.ts";
import type { StoreRow } from "./store-file.ts";

/** Revisions are set aside on disk in blocks: those of Events and Leases need no commit of their own, and none is ever used twice. */
const REVISION_BLOCK = 10_000;

interface Pending {
  state: StoreState;
  events: StoreEvent[];
  resolve: () => void;
}

export interface CommitQueue {
  /** Resolves when the transaction is on disk and `onCommitted` has run. */
  add(state: StoreState, events: StoreEvent[]): Promise<void>;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

/**
 * Group commit: transactions that arrive while a commit is under way go to disk together, in order. `onBroken` is called when the disk
 * refuses; nothing is acknowledged from then on.
 */
export function createCommitQueue(
  durable: DurableStore,
  onCommitted: (state: StoreState, events: readonly StoreEvent[]) => void,
  onBroken: (error: unknown) => void,
): CommitQueue {
  let reservedRevision = Number(durable.contents.facts.revision ?? 0);
  let pending: Pending[] = [];
  let flushing: Promise<void> | undefined;

  const commit = async (batch: readonly Pending[]) => {
    const state = batch.at(-1)?.state;
    if (state === undefined) return;
    const rows = rowsOf(batch);
    const needsBlock = state.revision > reservedRevision;
    if (needsBlock) reservedRevision = state.revision + REVISION_BLOCK;
    if (rows.length > 0 || needsBlock) await durable.commit(rows, needsBlock ? { revision: String(reservedRevision) } : {});
    const events = batch.flatMap((transaction) => transaction.events);
    onCommitted(state, events);
    for (const { resolve } of batch) resolve();
  };
  const flush = async () => {
    while (pending.length > 0) {
      const batch = pending;
      pending = [];
      await commit(batch);
    }
    flushing = undefined;
  };

  return {
    add: (state, events) =>
      new Promise<void>((resolve) => {
        pending.push({ state, events, resolve });
        // In a microtask: what one turn of the event loop writes goes to disk together.
        flushing ??= Promise.resolve().then(flush).catch(onBroken);
      }),
    idle: async () => flushing,
  };
}

const ephemeral = new Set(kinds.filter((kind) => kind.ephemeral).map(({ kind }) => kind));

/** The last row of each object that the batch touches. */
function rowsOf(batch: readonly Pending[]): StoreRow[] {
  const rows = new Map<string, StoreRow>();
  for (const { type, object } of batch.flatMap(({ events }) => events)) {
    if (!ephemeral.has(object.kind)) rows.set(`${object.kind} ${objectKey(object)}`, rowOf(object, type === "DELETED"));
  }
  return [...rows.values()];
}

function rowOf(object: KubeObject, isDeleted: boolean): StoreRow {
  const row = { kind: object.kind, key: objectKey(object) };
  return isDeleted ? row : { ...row, value: JSON.stringify(object) };
}
