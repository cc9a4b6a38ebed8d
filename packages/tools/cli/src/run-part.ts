import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { createApiClient } from "@loopway/hop-kit";
import { type KubeObject, LoopwayError } from "@loopway/model";
import type { Part, SupervisorConfig } from "@loopway/supervisor";
import { applyAll } from "./apply-all.ts";
import { printProgress } from "./print-progress.ts";
import { type RunFile, readRunFile } from "./run-file.ts";
import { startSupervisor } from "./start-supervisor.ts";

const POLL_MS = 50;

/** Runs a part beside the control plane that owns the state directory, started like it; waits for that one first. Resolves to the exit code. */
export async function runPart(stateDir: string, part: Part): Promise<number> {
  const owner = await untilOwned(stateDir);
  const { ended } = await startSupervisor({ ...owner, detached: false, part }, printProgress);
  return ended;
}

/** Runs the control plane alone and applies the objects; others serve them. Resolves to the exit code. */
export async function runControlPlane(config: SupervisorConfig, part: Part, objects: readonly KubeObject[]): Promise<number> {
  rmSync(appliedFile(config.stateDir), { force: true });
  const { runFile, ended } = await startSupervisor({ ...config, part }, printProgress);
  const api = createApiClient({ server: `unix:${join(runFile.runDir, "api.sock")}` });
  const applied = async () => {
    await api.reachable();
    const refused = await applyAll(api, objects);
    console.error(`  ${objects.length - refused} objects applied, ${refused} refused`);
    writeFileSync(appliedFile(config.stateDir), "");
  };
  try {
    await Promise.race([applied(), ended]);
  } finally {
    api.close();
  }
  return ended;
}

/** Whether the control plane has been given all that it was started with. */
export function isApplied(stateDir: string): boolean {
  return existsSync(appliedFile(stateDir));
}

function appliedFile(stateDir: string): string {
  return join(stateDir, "applied");
}

async function untilOwned(stateDir: string): Promise<RunFile> {
  for (let isSaid = false; ; await delay(POLL_MS)) {
    try {
      return readRunFile(stateDir);
    } catch (error) {
      if (!(error instanceof LoopwayError && error.code === "E_NOT_RUNNING")) throw error;
      if (!isSaid) console.error(`waiting for a control plane in ${stateDir}`);
      isSaid = true;
    }
  }
}
