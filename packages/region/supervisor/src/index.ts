export type { SupervisorConfig } from "./config.ts";
export { supervisorSocketName } from "./layout.ts";
export { smallProcessFlags } from "./memory-flags.ts";
export type { Part } from "./part.ts";
export type { Progress } from "./progress.ts";
export type { RunRecord } from "./run-record.ts";
export type { ProcessStatus } from "./status-server.ts";
