import { join } from "node:path";
import { type SupervisorConfig, smallProcessFlags } from "@loopway/supervisor";
import { bundlesFolder } from "./run-file.ts";

/** Node's arguments and environment for a supervisor. */
export function supervisorCommand(config: SupervisorConfig): { args: string[]; env: NodeJS.ProcessEnv } {
  return {
    args: [...smallProcessFlags, join(bundlesFolder(), "supervisor.cjs")],
    env: { ...process.env, LOOPWAY_SUPERVISOR: JSON.stringify(config) },
  };
}
