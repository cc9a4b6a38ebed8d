/** What passes between the control plane and the thread that owns the store's file. */
import type { Durability, StoreContents, StoreRow } from "./store-file.ts";

export interface StoreWorkerData {
  path: string;
  durability: Durability;
}

export type StoreRequest = { type: "commit"; rows: StoreRow[]; facts: Record<string, string> } | { type: "close" };

/** The first is `opened` or `refused`; then one `committed` or `broken` for each commit, and `closed`. */
export type StoreReply =
  | { type: "opened"; contents: StoreContents }
  | { type: "refused"; reason: string }
  | { type: "committed" }
  | { type: "broken"; reason: string }
  | { type: "closed" };
