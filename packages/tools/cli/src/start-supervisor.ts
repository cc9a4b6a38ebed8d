import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { type ErrorCode, errors, LoopwayError } from "@loopway/model";
import { type Progress, type SupervisorConfig, smallProcessFlags } from "@loopway/supervisor";
import { bundlesFolder, type RunFile, readRunFile } from "./run-file.ts";

export interface StartedSupervisor {
  runFile: RunFile;
  /** Rejects when the supervisor ends with a failure of the catalogue; resolves to its exit code otherwise. */
  ended: Promise<number>;
  /** Lets this command end while a detached supervisor goes on. */
  release(): void;
}

/** Starts the supervisor and resolves when its claims hold. Ctrl-C here stops it in order. Throws what the supervisor failed with, E_STATE before. */
export async function startSupervisor(config: SupervisorConfig, onProgress: (progress: Progress) => void): Promise<StartedSupervisor> {
  const log = openLog(config.stateDir);
  const child = spawn(process.execPath, [...smallProcessFlags, join(bundlesFolder(), "supervisor.cjs")], {
    detached: config.detached,
    stdio: ["ignore", log, log, "pipe"],
    env: { ...process.env, LOOPWAY_SUPERVISOR: JSON.stringify(config) },
  });
  closeSync(log);
  const line = child.stdio[3] as Readable & { unref?: () => void };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => {
      isStopping = true;
      child.kill("SIGTERM");
    });
  let isStopping = false;
  let failure: LoopwayError | undefined;
  let started: () => void = () => undefined;
  const isStarted = new Promise<void>((resolve) => {
    started = resolve;
  });
  createInterface({ input: line }).on("line", (text) => {
    const progress = JSON.parse(text) as Progress;
    if (progress.type === "started") started();
    if (progress.type === "failed")
      failure = new LoopwayError(progress.code in errors ? (progress.code as ErrorCode) : "E_PROCESS", progress.values);
    // What ends because we asked for it is no news.
    if (!isStopping) onProgress(progress);
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => (failure === undefined ? resolve(code ?? 1) : reject(failure)));
  });
  // Whoever awaits `ended` later hears of it then; until then a rejection is no crash.
  ended.catch(() => undefined);
  const early = ended.then((code) => {
    throw new LoopwayError("E_PROCESS", {
      hop: "supervisor",
      reason: `exit code ${code}`,
      log: join(config.stateDir, "logs", "supervisor.log"),
    });
  });
  await Promise.race([isStarted, early]);
  early.catch(() => undefined);
  return {
    runFile: readRunFile(config.stateDir),
    ended,
    release: () => {
      child.unref();
      line.destroy();
    },
  };
}

function openLog(stateDir: string): number {
  try {
    mkdirSync(join(stateDir, "logs"), { recursive: true, mode: 0o700 });
    return openSync(join(stateDir, "logs", "supervisor.log"), "a", 0o600);
  } catch (error) {
    throw new LoopwayError(
      "E_STATE",
      { state: stateDir, reason: error instanceof Error ? error.message : String(error) },
      { cause: error },
    );
  }
}
