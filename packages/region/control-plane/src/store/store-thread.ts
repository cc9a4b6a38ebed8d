import { Worker } from "node:worker_threads";
import type { DurableStore } from "./durable-store.ts";
import type { StoreReply, StoreRequest, StoreWorkerData } from "./store-messages.ts";

/** A StoreFile in a thread of its own. Throws, and `commit` rejects with, an Error whose message is the reason for E_STATE. */
export async function openStoreThread(data: StoreWorkerData, workerFile: string): Promise<DurableStore> {
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
    throw new Error(opened.type === "refused" ? opened.reason : opened.type);
  }
  return {
    contents: opened.contents,
    commit: async (rows, facts) => {
      const reply = await ask({ type: "commit", rows, facts });
      if (reply.type === "broken") throw new Error(reply.reason);
    },
    close: async () => {
      await ask({ type: "close" });
    },
  };
}
