import { type BackOff, type Exit, failuresAfter, restartDelayMs } from "@loopway/kube";
import type { Member } from "./fleet.ts";

/** When the process of a hop that ended by itself is started again. Pods have their own: their kubelet's. */
export const HOP_RESTARTS: BackOff = { firstMs: 250, lastMs: 10_000, resetAfterMs: 30_000 };

/** Counts the end and says how many milliseconds to wait. */
export function hopRestartInMs(member: Member, { signal }: Exit): number {
  const lifeMs = Date.now() - member.startedMs;
  member.failures = failuresAfter(HOP_RESTARTS, member.failures, { lifeMs, wasReady: member.wasReady, signal });
  return restartDelayMs(HOP_RESTARTS, member.failures);
}
