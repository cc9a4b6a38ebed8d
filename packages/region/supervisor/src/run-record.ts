import { renameSync, writeFileSync } from "node:fs";
import type { SupervisorConfig } from "./config.ts";

/**
 * `<stateDir>/loopway.json`: what runs with this state directory, how it was started (the supervisors of other parts follow it), and where its
 * sockets are. True while its pid lives.
 */
export interface RunRecord extends SupervisorConfig {
  pid: number;
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
