import { setTimeout as sleep } from "node:timers/promises";

const POLL_MS = 20;
const PATIENCE_MS = 20_000;

/** Polls until there is a value. Throws after twenty seconds. */
export async function until<T>(probe: () => Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const value = await probe();
    if (value !== undefined) return value;
    if (performance.now() > deadline) throw new Error(`waited ${PATIENCE_MS / 1000} s in vain`);
    await sleep(POLL_MS);
  }
}
