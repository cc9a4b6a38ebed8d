import { type Announcement, LoopwayError, type ProcessConfig } from "@loopway/model";
import { createClock } from "./clock.ts";
import { formatFailure, log } from "./log.ts";
import { openParentLine } from "./parent-line.ts";

/** A process of ours seen from inside. Hops get the richer `Hop`; control plane and collector need no more than this. */
export interface Self {
  readonly config: ProcessConfig;
  /** Microseconds since the epoch on the clock that all processes of the instance share. */
  nowUs(): number;
  announce(announcement: Announcement): void;
  ready(): void;
  /** On SIGTERM: these run in order of registration, then those of `onExit`, then the process exits 0. */
  onDrain(drain: () => Promise<void> | void): void;
  onExit(flush: () => Promise<void> | void): void;
}

/**
 * Runs one process of ours: its configuration from LOOPWAY_PROCESS, its line to the supervisor, its end. SIGTERM drains and exits 0; the
 * closing of the supervisor's pipe exits at once; a rejected `serve` or any uncaught error is logged, announced as failed, and exits 1.
 */
export function startProcess(serve: (self: Self) => Promise<void>): void {
  // Ctrl-C and a closing terminal reach the whole process group; only the supervisor answers them, and ends us in order.
  for (const signal of ["SIGINT", "SIGHUP"] as const) process.on(signal, () => undefined);
  const announce = openParentLine<Announcement>(() => process.exit(0));
  const fail = (error: unknown) => {
    log(formatFailure(error));
    announce(failureOf(error));
    process.exit(1);
  };
  process.on("uncaughtException", fail);
  process.on("unhandledRejection", fail);

  const config = readConfig();
  const drains: (() => Promise<void> | void)[] = [];
  const flushes: (() => Promise<void> | void)[] = [];
  process.once("SIGTERM", () => {
    void endInOrder([...drains, ...flushes]).then(() => process.exit(0));
  });
  serve({
    config,
    nowUs: createClock(config.clockOriginUs),
    announce,
    ready: () => announce({ type: "ready" }),
    onDrain: (drain) => void drains.push(drain),
    onExit: (flush) => void flushes.push(flush),
  }).catch(fail);
}

async function endInOrder(steps: readonly (() => Promise<void> | void)[]): Promise<void> {
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      log(formatFailure(error));
    }
  }
}

function readConfig(): ProcessConfig {
  const text = process.env.LOOPWAY_PROCESS;
  if (text === undefined) throw new Error("LOOPWAY_PROCESS is not set: this program is started by `loopway up`");
  return JSON.parse(text) as ProcessConfig;
}

function failureOf(error: unknown): Announcement {
  if (error instanceof LoopwayError) return { type: "failed", code: error.code, values: { ...error.values } };
  const reason = error instanceof Error ? error.message : String(error);
  return { type: "failed", code: "E_PROCESS", values: { reason } };
}
