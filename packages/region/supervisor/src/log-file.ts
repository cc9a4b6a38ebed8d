import { mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { LoopwayError } from "@loopway/model";

/** Opens `logs/supervisor.log` of a state directory, creating both. Throws E_STATE. */
export function openSupervisorLog(stateDir: string): number {
  try {
    mkdirSync(join(stateDir, "logs"), { recursive: true, mode: 0o700 });
    return openSync(join(stateDir, "logs", "supervisor.log"), "a", 0o600);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LoopwayError("E_STATE", { state: stateDir, reason }, { cause: error });
  }
}
