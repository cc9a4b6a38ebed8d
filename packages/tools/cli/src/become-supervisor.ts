import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KubeObject } from "@loopway/model";
import { type Companion, type Foreground, type SupervisorConfig, smallProcessFlags } from "@loopway/supervisor";
import { OBJECTS_FILE } from "./companion.ts";
import { supervisorCommand } from "./supervisor-command.ts";

export interface Rest {
  /** The same command again, `up -f k8s`: as a companion it does the rest. */
  words: readonly string[];
  objects: readonly KubeObject[];
  /** It goes on as long as the supervisor, and is to be small like it. */
  stays: boolean;
}

/**
 * Goes on as the supervisor, in the same process (execve(2): same pid, descriptors and terminal). Where Node cannot do that, on Windows, it waits
 * for one beside it. Resolves to the exit code.
 */
export async function becomeSupervisor(config: SupervisorConfig, rest?: Rest): Promise<number> {
  const foreground: Foreground = rest === undefined ? {} : { companion: handOver(rest) };
  const command = supervisorCommand(config);
  const env = { ...command.env, LOOPWAY_FOREGROUND: JSON.stringify(foreground) };
  process.execve?.(process.execPath, [process.execPath, ...command.args], env);
  const [code] = (await once(spawn(process.execPath, command.args, { env, stdio: "inherit" }), "exit")) as [number | null];
  return code ?? 1;
}

/** The objects are read once, so that what is applied is what was found right, also when they came over standard input. */
function handOver({ words, objects, stays }: Rest): Companion {
  const handover = mkdtempSync(join(tmpdir(), "loopway-up-"));
  writeFileSync(join(handover, OBJECTS_FILE), JSON.stringify(objects), { mode: 0o600 });
  const args = [...(stays ? smallProcessFlags : []), process.argv[1] ?? "", ...words];
  return { args, handover, startedAtMs: performance.timeOrigin };
}
