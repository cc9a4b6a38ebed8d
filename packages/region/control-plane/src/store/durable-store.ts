import { dirname, join } from "node:path";
import { Worker } from "node:worker_threads";
import { LoopwayError } from "@loopway/model";
import type { Durability, StoreContents, StoreRow } from "./store-file.ts";
import type { StoreReply, StoreRequest, StoreWorkerData } from "./store-messages.ts";

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

/** Throws LoopwayError E_STATE for a file that cannot be used; the file is left as it was. */
export async function openDurableStore({ stateDir, durability, workerFile }: DurableStoreOptions): Promise<DurableStore> {
  const data: StoreWorkerData = { path: join(stateDir, "store.sqlite"), durability };
  const worker = new Worker(workerFile, { workerData: data, execArgv: ["--disable-warning=ExperimentalWarning"] });
  const ask = (request?: StoreRequest) =>
    new Promise<StoreReply>((resolve, reject) => {
      worker.removeAllListeners();
      worker.once("message", resolve).once("error", reject);
      worker.once("exit", (code) => reject(new Error(`the store's thread ended with ${code}`)));
      if (request !== undefined) worker.postMessage(request);
    });

  const opened = await ask();
  if (opened.type !== "opened") {
    await worker.terminate();
    throw new LoopwayError("E_STATE", { state: stateDir, reason: opened.type === "refused" ? opened.reason : opened.type });
  }
  return {
    contents: opened.contents,
    commit: async (rows, facts) => {
      const reply = await ask({ type: "commit", rows, facts });
      if (reply.type === "broken") throw new LoopwayError("E_STATE", { state: stateDir, reason: reply.reason });
    },
    close: async () => {
      await ask({ type: "close" });
    },
  };
}

/** The worker's bundle lies beside the one that runs. */
export function bundledWorkerFile(): string {
  return join(dirname(process.argv[1] ?? "."), "store-worker.cjs");
}
