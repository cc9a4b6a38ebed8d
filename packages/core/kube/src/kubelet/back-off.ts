/** When a container that ended is started again. Kubernetes, "Pod Lifecycle", container restarts. */
import type { PodSpec } from "@loopway/model";

export interface BackOff {
  /** Delay before the second restart in a row; the first is at once, each further one waits twice as long. */
  firstMs: number;
  lastMs: number;
  /** A life this long clears the record. */
  resetAfterMs: number;
}

/** kubelet: 10 s, doubled up to 5 min, forgotten after 10 min. */
export const CRASH_LOOP: BackOff = { firstMs: 10_000, lastMs: 300_000, resetAfterMs: 600_000 };

/** Milliseconds to wait, given how many failures there were in a row, this one included. */
export function restartDelayMs({ firstMs, lastMs }: BackOff, failures: number): number {
  return failures <= 1 ? 0 : Math.min(firstMs * 2 ** (failures - 2), lastMs);
}

export interface Run {
  lifeMs: number;
  /** It had said that it serves. */
  wasReady: boolean;
  signal: string | null;
}

/**
 * Failures in a row after one more end. Being killed from outside while serving is no failure of the program: it comes back at
 * once, however often that happens.
 */
export function failuresAfter(policy: BackOff, before: number, { lifeMs, wasReady, signal }: Run): number {
  if (lifeMs >= policy.resetAfterMs || (wasReady && signal === "SIGKILL")) return 1;
  return before + 1;
}

export function isRestarted({ restartPolicy = "Always" }: PodSpec, exitCode: number): boolean {
  return restartPolicy === "Always" || (restartPolicy === "OnFailure" && exitCode !== 0);
}
