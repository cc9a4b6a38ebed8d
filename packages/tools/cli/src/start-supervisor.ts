import { spawn } from "node:child_process";
import { closeSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { type ErrorCode, errors, LoopwayError } from "@loopway/model";
import { openSupervisorLog, type Progress, printProgress, type SupervisorConfig } from "@loopway/supervisor";
import { type RunFile, readRunFile } from "./run-file.ts";
import { supervisorCommand } from "./supervisor-command.ts";

export interface StartedSupervisor {
  runFile: RunFile;
  /** Rejects when the supervisor ends: with the catalogue's failure, or E_PROCESS. */
  ended: Promise<never>;
  /** Lets this command end while the supervisor goes on. */
  release(): void;
}

/** Starts a supervisor that outlives this command; resolves when its claims hold. Ctrl-C until then stops it in order. Throws what it failed with, or E_STATE. */
export async function startSupervisor(config: SupervisorConfig): Promise<StartedSupervisor> {
  const { args, env } = supervisorCommand(config);
  const log = openSupervisorLog(config.stateDir);
  const child = spawn(process.execPath, args, { detached: true, stdio: ["ignore", log, log, "pipe"], env });
  closeSync(log);
  const line = child.stdio[3] as Readable;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill("SIGTERM"));
  let failure: LoopwayError | undefined;
  let started: () => void = () => undefined;
  const isStarted = new Promise<void>((resolve) => {
    started = resolve;
  });
  createInterface({ input: line }).on("line", (text) => {
    const progress = JSON.parse(text) as Progress;
    if (progress.type === "started") started();
    // Whoever awaits the end prints it.
    if (progress.type === "failed")
      failure = new LoopwayError(progress.code in errors ? (progress.code as ErrorCode) : "E_PROCESS", progress.values);
    else printProgress(progress);
  });
  const ended = new Promise<never>((_, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => reject(failure ?? endOf(config, `exit code ${code ?? 1}`)));
  });
  // Whoever awaits it later hears of it then; until then a rejection is no crash.
  ended.catch(() => undefined);
  await Promise.race([isStarted, ended]);
  const release = () => {
    child.unref();
    line.destroy();
  };
  return { runFile: readRunFile(config.stateDir), ended, release };
}

function endOf({ stateDir }: SupervisorConfig, reason: string): LoopwayError {
  return new LoopwayError("E_PROCESS", { hop: "supervisor", reason, log: join(stateDir, "logs", "supervisor.log") });
}
