import { join } from "node:path";
import type { ProcessConfig, Timings } from "@loopway/model";
import type { Durability } from "./store/store-file.ts";

export interface ControlPlaneSettings {
  /** The unix socket for our own processes. */
  socket: string;
  /** Wished TCP port for kubectl. */
  port: number;
  durability: Durability;
  timings: Timings;
  /** Where pods' use of CPU and memory can be asked for; absent: nowhere. */
  supervisorSocket: string | undefined;
}

/** Where kubectl expects an API server. */
const DEFAULT_PORT = 6443;

export function settingsOf({ settings, stateDir }: ProcessConfig): ControlPlaneSettings {
  const { socket, port, durable, timings, supervisorSocket } = settings;
  return {
    socket: typeof socket === "string" ? socket : join(stateDir, "api.sock"),
    port: typeof port === "number" ? port : DEFAULT_PORT,
    durability: durable === "power" ? "power" : "process",
    timings: (timings ?? {}) as Timings,
    supervisorSocket: typeof supervisorSocket === "string" ? supervisorSocket : undefined,
  };
}
