import { join } from "node:path";
import type { ControllerSettings } from "@loopway/kube";
import { isLbcVersion, type ProcessConfig, type Quotas, type Timings } from "@loopway/model";
import type { Durability } from "./store/store-file.ts";

export interface ControlPlaneSettings {
  /** The unix socket for our own processes. */
  socket: string;
  /** Wished TCP port for kubectl. */
  port: number;
  durability: Durability;
  /** Where pods' use of CPU and memory can be asked for; absent: nowhere. */
  supervisorSocket: string | undefined;
  controllers: Pick<ControllerSettings, "lbcVersion" | "quotas" | "timings">;
}

/** Where kubectl expects an API server. */
const DEFAULT_PORT = 6443;

export function settingsOf({ settings, stateDir }: ProcessConfig): ControlPlaneSettings {
  const { socket, port, durable, lbcVersion, quotas, timings, supervisorSocket } = settings;
  return {
    socket: typeof socket === "string" ? socket : join(stateDir, "api.sock"),
    port: typeof port === "number" ? port : DEFAULT_PORT,
    durability: durable === "power" ? "power" : "process",
    supervisorSocket: typeof supervisorSocket === "string" ? supervisorSocket : undefined,
    controllers: {
      ...(typeof timings === "object" && timings !== null ? { timings: timings as Timings } : {}),
      ...(typeof lbcVersion === "string" && isLbcVersion(lbcVersion) ? { lbcVersion } : {}),
      ...(typeof quotas === "object" && quotas !== null ? { quotas: quotas as Partial<Quotas> } : {}),
    },
  };
}
