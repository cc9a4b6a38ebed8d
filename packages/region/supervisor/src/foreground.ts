// A command that stays becomes the supervisor: nothing else has to wait for the end beside it. What the command has left to do once the claims
// hold, a companion does, a process of its own that ends when that is done:
//
//   loopway up ──execve──▶ supervisor ──▶ control plane, collector, hops
//                              └────────▶ companion: applies the manifests, waits until all is served, says so
import { spawn } from "node:child_process";

/** JSON in the environment variable LOOPWAY_FOREGROUND. Without it a supervisor reports on file descriptor 3. */
export interface Foreground {
  companion?: Companion;
}

export interface Companion {
  /**
   * Arguments of Node. The environment variable LOOPWAY_COMPANION holds this object as JSON; file descriptor 3 closes when the supervisor is gone,
   * however it ended.
   */
  args: readonly string[];
  /** A folder with what the command hands over. The companion removes it; what is left, the supervisor at its end. */
  handover: string;
  /** When the command was started: milliseconds since the epoch. */
  startedAtMs: number;
}

export function readForeground(): Foreground | undefined {
  const text = process.env.LOOPWAY_FOREGROUND;
  return text === undefined ? undefined : (JSON.parse(text) as Foreground);
}

/** `onFailed` gets an exit code other than 0. Returns how to end it before its time. */
export function startCompanion(companion: Companion, onFailed: (code: number) => void): () => void {
  const { LOOPWAY_SUPERVISOR: _, LOOPWAY_FOREGROUND: __, ...env } = process.env;
  const child = spawn(process.execPath, companion.args, {
    env: { ...env, LOOPWAY_COMPANION: JSON.stringify(companion) },
    stdio: ["ignore", "inherit", "inherit", "pipe"],
  });
  child.on("exit", (code) => {
    if (code !== null && code !== 0) onFailed(code);
  });
  return () => child.kill("SIGTERM");
}
