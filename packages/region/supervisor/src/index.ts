export type { SupervisorConfig } from "./config.ts";
export type { Progress } from "./progress.ts";
export type { RunRecord } from "./run-record.ts";
export type { ProcessStatus } from "./status-server.ts";
