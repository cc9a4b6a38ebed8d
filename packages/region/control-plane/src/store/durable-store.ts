import { dirname, join } from "node:path";
import { LoopwayError } from "@loopway/model";
import { type Durability, openStoreFile, type StoreContents, type StoreRow } from "./store-file.ts";
import { openStoreThread } from "./store-thread.ts";

export interface DurableStore {
  contents: StoreContents;
  /** Resolves when it is on disk; one at a time. Rejects when the file can no longer be written: nothing may be acknowledged then. */
  commit(rows: StoreRow[], facts: Record<string, string>): Promise<void>;
  close(): Promise<void>;
}

export interface DurableStoreOptions {
  stateDir: string;
  durability: Durability;
  /** The bundle, or in tests the source, of store-worker. */
  workerFile: string;
}

/**
 * A commit that survives the death of the process is a write into the page cache: twenty microseconds, made here. One that survives a power
 * failure waits for the disk, in a thread that costs ten megabytes. Throws LoopwayError E_STATE for a file that cannot be used; the file is
 * left as it was.
 */
export async function openDurableStore({ stateDir, durability, workerFile }: DurableStoreOptions): Promise<DurableStore> {
  const path = join(stateDir, "store.sqlite");
  const file = await orBroken(stateDir, () =>
    durability === "power" ? openStoreThread({ path, durability }, workerFile) : openStoreFile(path, durability),
  );
  return {
    contents: file.contents,
    commit: (rows, facts) => orBroken(stateDir, () => file.commit(rows, facts)),
    close: async () => file.close(),
  };
}

async function orBroken<T>(stateDir: string, action: () => T | Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LoopwayError("E_STATE", { state: stateDir, reason }, { cause: error });
  }
}

/** The worker's bundle lies beside the one that runs. */
export function bundledWorkerFile(): string {
  return join(dirname(process.argv[1] ?? "."), "store-worker.cjs");
}
