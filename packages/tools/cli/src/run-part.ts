import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type KubeObject, LoopwayError } from "@loopway/model";
import type { Part } from "@loopway/supervisor";
import { applyAll } from "./apply-all.ts";
import { becomeSupervisor } from "./become-supervisor.ts";
import { openApi } from "./connection.ts";
import { type RunFile, readRunFile } from "./run-file.ts";

const POLL_MS = 50;

/** Runs a part beside the control plane that owns the state directory, started like it; waits for that one first. Resolves to the exit code. */
export async function runPart(stateDir: string, part: Part): Promise<number> {
  const owner = await untilOwned(stateDir);
  return becomeSupervisor({ ...owner, detached: false, part });
}

/** The second half of `loopway hop control-plane`: applies the objects; others serve them. */
export async function applyForParts(runFile: RunFile, objects: readonly KubeObject[]): Promise<void> {
  const api = openApi(runFile);
  try {
    await api.reachable();
    const refused = await applyAll(api, objects);
    console.error(`  ${objects.length - refused} objects applied, ${refused} refused`);
    writeFileSync(appliedFile(runFile.stateDir), "");
  } finally {
    api.close();
  }
}

/** Whether the control plane has been given all that it was started with. */
export function isApplied(stateDir: string): boolean {
  return existsSync(appliedFile(stateDir));
}

export function forgetApplied(stateDir: string): void {
  rmSync(appliedFile(stateDir), { force: true });
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
