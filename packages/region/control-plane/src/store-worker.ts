// The thread that owns the store's file when a commit waits for the disk: the API must not.
import { parentPort, workerData } from "node:worker_threads";
import { openStoreFile } from "./store/store-file.ts";
import type { StoreReply, StoreRequest, StoreWorkerData } from "./store/store-messages.ts";

const { path, durability } = workerData as StoreWorkerData;
const reply = (message: StoreReply) => parentPort?.postMessage(message);
const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

try {
  const file = openStoreFile(path, durability);
  parentPort?.on("message", (request: StoreRequest) => {
    if (request.type === "close") {
      file.close();
      reply({ type: "closed" });
      parentPort?.close();
      return;
    }
    try {
      file.commit(request.rows, request.facts);
      reply({ type: "committed" });
    } catch (error) {
      reply({ type: "broken", reason: reasonOf(error) });
    }
  });
  reply({ type: "opened", contents: file.contents });
} catch (error) {
  reply({ type: "refused", reason: reasonOf(error) });
}
