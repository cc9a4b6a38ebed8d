import type { AddressMode, LbcVersion, ProcessKind, Quotas, Timings } from "@loopway/model";
import type { Part } from "./part.ts";

/** What `loopway up` hands to the supervisor, as JSON in the environment variable LOOPWAY_SUPERVISOR. */
export interface SupervisorConfig {
  /** Absolute. Created when absent. */
  stateDir: string;
  instance: number;
  addresses: AddressMode;
  strict: boolean;
  /** Everything where absent. */
  part?: Part;
  /** Stubs end as their grace period says, not when traffic has stopped coming. */
  realTermination?: boolean;
  /** Every write waits for the disk (SQLite, "PRAGMA synchronous": FULL). */
  durable?: "power";
  /** Whether pods may run command lines that manifests name (loopway.dev/exec). */
  allowExec?: boolean;
  /** Kubernetes' own delays, where they are to differ. */
  timings?: Timings;
  /** The newest where absent. */
  lbcVersion?: LbcVersion;
  /** Those that differ from AWS's defaults. */
  quotas?: Partial<Quotas>;
  /** Detached, nothing but a signal ends it; else a hang-up of the terminal does too, and the closing of the pipe on file descriptor 3. */
  detached: boolean;
  /** Bundles that stand in for those of their kind ({ alb: "reference-alb" }). */
  standIns?: Partial<Record<ProcessKind, string>>;
  /** Folder of the bundles (alb.cjs ...); our own unless given. */
  bundles?: string;
}

export function readConfig(): SupervisorConfig {
  const text = process.env.LOOPWAY_SUPERVISOR;
  if (text === undefined) throw new Error("LOOPWAY_SUPERVISOR is not set: this program is started by `loopway up`");
  return JSON.parse(text) as SupervisorConfig;
}
