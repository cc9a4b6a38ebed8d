import type { ProcessConfig } from "@loopway/model";
import { clockOriginUs } from "../src/clock.ts";

export type LocalConfig = Pick<ProcessConfig, "kind"> & Partial<ProcessConfig>;

/** The configuration of a process that has nothing around it, but for what `overrides` says. */
export function localConfig(overrides: LocalConfig): ProcessConfig {
  return {
    name: overrides.kind,
    instance: 0,
    addresses: "identity",
    strict: false,
    api: { server: "unix:/nonexistent/api.sock" },
    collectorSocket: "/nonexistent/collector.sock",
    stateDir: "/nonexistent",
    clockOriginUs: clockOriginUs(),
    settings: {},
    ...overrides,
  };
}
