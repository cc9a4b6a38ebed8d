import { setTimeout as sleep } from "node:timers/promises";
import { type KubeObject, objectKey } from "@loopway/model";
import { type ApiClient, referenceTo } from "./api-client.ts";
import { ApiError } from "./api-error.ts";
import { createBackOff } from "./back-off.ts";
import { formatFailure, log } from "./log.ts";

const FIRST_DELAY_MS = 50;
const LAST_DELAY_MS = 2000;

/**
 * Merge-patches status, one write at a time per object, the newest wins: while one is under way or being retried, a newer one takes
 * its place. What the API refuses for good (4xx: gone, invalid) is logged and dropped. Ends with `signal`.
 */
export function createStatusWriter(client: ApiClient, signal: AbortSignal): (object: KubeObject, status: unknown) => void {
  const wanted = new Map<string, { object: KubeObject; status: unknown }>();
  const busy = new Set<string>();

  const writeUntilDone = async (key: string): Promise<void> => {
    const backOff = createBackOff(FIRST_DELAY_MS, LAST_DELAY_MS);
    for (let wish = wanted.get(key); wish !== undefined && !signal.aborted; wish = wanted.get(key)) {
      try {
        await client.patch(referenceTo(wish.object), { status: wish.status }, { subresource: "status" });
        if (wanted.get(key) === wish) wanted.delete(key);
      } catch (error) {
        if (error instanceof ApiError && error.status < 500 && error.status !== 409 && error.status !== 429) {
          if (error.status !== 404) log(`status of ${key}: ${formatFailure(error)}`);
          if (wanted.get(key) === wish) wanted.delete(key);
        } else await sleep(backOff.nextMs(), undefined, { signal }).catch(() => undefined);
      }
    }
  };

  return (object, status) => {
    const key = `${object.kind} ${objectKey(object)}`;
    wanted.set(key, { object, status });
    if (busy.has(key)) return;
    busy.add(key);
    void writeUntilDone(key).finally(() => busy.delete(key));
  };
}
