import { renameSync, writeFileSync } from "node:fs";
import type { AddressMode } from "@loopway/model";

/** `<stateDir>/loopway.json`: what runs with this state directory, and where its sockets are. True while its pid lives. */
export interface RunRecord {
  pid: number;
  instance: number;
  addresses: AddressMode;
  strict: boolean;
  stateDir: string;
  /** Folder of api.sock, collector.sock and supervisor.sock. */
  runDir: string;
  /** For kubectl; `kubeconfig` in the state directory says the same. */
  apiServer: string;
  startedAt: string;
}

/** Replaced as a whole: who reads it sees the old or the new one. */
export function writeRunRecord(path: string, record: RunRecord): void {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, path);
}
