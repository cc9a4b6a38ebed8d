import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import type { Readable } from "node:stream";
import type { Exit } from "@loopway/kube";
import type { Announcement, ProcessConfig } from "@loopway/model";
import { flagsOf } from "./memory-flags.ts";

/** glibc, mallopt(3): one arena for all threads of a process, as only one of them allocates much. Ten MB less for all processes. */
const ONE_ARENA = { MALLOC_ARENA_MAX: "1" };

export interface Child {
  readonly pid: number | undefined;
  kill(signal: "SIGTERM" | "SIGKILL"): void;
}

export interface ChildOptions {
  /** The bundle to run. */
  bundle: string;
  config: ProcessConfig;
  logFile: string;
  onAnnouncement(announcement: Announcement): void;
  /** Once, after the last announcement. Code -1: it could not even be started. */
  onExit(exit: Exit): void;
}

/** Starts one process. It keeps the far end of the pipe on file descriptor 3; when this process dies, however, that pipe closes. */
export function startChild({ bundle, config, logFile, onAnnouncement, onExit }: ChildOptions): Child {
  const { LOOPWAY_SUPERVISOR: _, LOOPWAY_FOREGROUND: __, ...env } = process.env;
  const log = openSync(logFile, "a", 0o600);
  const child = spawn(process.execPath, [...flagsOf(config.kind), bundle], {
    env: { ...ONE_ARENA, ...env, LOOPWAY_PROCESS: JSON.stringify(config) },
    stdio: ["ignore", log, log, "pipe"],
  });
  closeSync(log);
  readLines(child.stdio[3] as Readable, (line) => onAnnouncement(JSON.parse(line) as Announcement));
  settleOnce(child, onExit);
  return { pid: child.pid, kill: (signal) => void child.kill(signal) };
}

/** "close" comes after "exit" and after the pipe's last line. A program that cannot be started emits "error" alone. */
function settleOnce(child: ChildProcess, onExit: (exit: Exit) => void): void {
  child.once("error", () => {
    if (child.pid === undefined) onExit({ code: -1, signal: null });
  });
  child.once("close", (code, signal) => {
    if (child.pid !== undefined) onExit({ code, signal });
  });
}

function readLines(pipe: Readable, onLine: (line: string) => void): void {
  let rest = "";
  pipe.setEncoding("utf8");
  pipe.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line);
  });
  // The process is gone while its pipe was still open: its exit tells.
  pipe.on("error", () => undefined);
}
