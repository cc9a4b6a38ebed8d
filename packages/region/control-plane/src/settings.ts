import { join } from "node:path";
import type { ControllerSettings } from "@loopway/kube";
import { isLbcVersion, type ProcessConfig, type Quotas } from "@loopway/model";
import type { Durability } from "./store/store-file.ts";

export interface ControlPlaneSettings {
  /** The unix socket for our own processes. */
  socket: string;
  /** Wished TCP port for kubectl. */
  port: number;
  durability: Durability;
  controllers: Pick<ControllerSettings, "lbcVersion" | "quotas">;
}

/** Where kubectl expects an API server. */
const DEFAULT_PORT = 6443;

export function settingsOf({ settings, stateDir }: ProcessConfig): ControlPlaneSettings {
  const { socket, port, durable, lbcVersion, quotas } = settings;
  return {
    socket: typeof socket === "string" ? socket : join(stateDir, "api.sock"),
    port: typeof port === "number" ? port : DEFAULT_PORT,
    durability: durable === "power" ? "power" : "process",
    controllers: {
      ...(typeof lbcVersion === "string" && isLbcVersion(lbcVersion) ? { lbcVersion } : {}),
      ...(typeof quotas === "object" && quotas !== null ? { quotas: quotas as Partial<Quotas> } : {}),
    },
  };
}
