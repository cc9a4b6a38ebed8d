import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import type { Readable } from "node:stream";
import type { Exit } from "@loopway/kube";
import type { Announcement, ProcessConfig } from "@loopway/model";

/**
 * By default V8 lets the young generation of a busy process grow to three times 16 MB, and twenty processes share one laptop: with 1 MB all
 * processes of the example take a tenth less memory after 10,000 requests. The load balancer is spared: it would pay with half its speed.
 */
const SMALL_YOUNG_GENERATION = "--max-semi-space-size=1";
/**
 * Optimised code is compiled on the main thread: on threads of its own it leaves behind half as much memory again as a small process takes, and
 * twenty processes have no cores to spare for them. After 10,000 requests 455 MB PSS instead of 560, at the same CPU per request and time to
 * start; in the first seconds a request may wait for the compiler.
 */
const COMPILE_ON_MAIN_THREAD = "--no-concurrent-recompilation";
/**
 * Without the two compilers between interpreter and optimiser a small process keeps 0.7 MB less of code. What is hot is optimised all the same, a
 * little later; the load balancer does not wait.
 */
const TWO_TIERS = ["--no-sparkplug", "--no-maglev"];
/**
 * By default V8 lets the old generation grow to four times what lives in it before it is collected, and the pages stay: the collector, whose spans all
 * live long and then die, grew from 60 to 140 MB anonymous memory in six minutes at 600 requests per second. With half as much again it stays at 58.
 */
const COLLECT_SOON = "--heap-growing-percent=50";
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
  const { LOOPWAY_SUPERVISOR: _, ...env } = process.env;
  const log = openSync(logFile, "a", 0o600);
  const flags =
    config.kind === "alb" ? [COMPILE_ON_MAIN_THREAD] : [COMPILE_ON_MAIN_THREAD, SMALL_YOUNG_GENERATION, COLLECT_SOON, ...TWO_TIERS];
  const child = spawn(process.execPath, [...flags, bundle], {
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
