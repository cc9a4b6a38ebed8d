// Keeps a copy of the objects of one selection, as client-go's Reflector does:
//
//   list ──▶ replace ──▶ watch from the list's revision ──▶ apply each event, remember its revision
//    ▲                     │ ends or breaks: wait, watch again from the last revision
//    └───── 410 Gone ──────┘
//
// Nothing but a complete new list ever removes what a watch did not report deleted: a lost API leaves the copy as it was.
import { setTimeout as sleep } from "node:timers/promises";
import type { KubeObject } from "@loopway/model";
import type { ApiClient } from "./api-client.ts";
import { ApiError, isGone } from "./api-error.ts";
import { createBackOff } from "./back-off.ts";
import type { Selection } from "./hop.ts";
import { formatFailure, log } from "./log.ts";

export interface Mirror {
  /** A complete list: whatever is not in it is gone. */
  replace(objects: readonly KubeObject[]): void;
  put(object: KubeObject): void;
  remove(object: KubeObject): void;
}

export interface ReflectOptions {
  client: ApiClient;
  selection: Selection;
  mirror: Mirror;
  signal: AbortSignal;
}

const FIRST_DELAY_MS = 20;
const LAST_DELAY_MS = 1000;
/** A watch that lived so long was a good one: the next delay starts small again. */
const GOOD_ROUND_MS = 1000;

/** Runs until aborted; never rejects. */
export async function reflect({ client, selection, mirror, signal }: ReflectOptions): Promise<void> {
  const backOff = createBackOff(FIRST_DELAY_MS, LAST_DELAY_MS);
  let resourceVersion: string | undefined;
  while (!signal.aborted) {
    const startedMs = performance.now();
    try {
      if (resourceVersion === undefined) {
        const list = await client.list(selection);
        resourceVersion = list.resourceVersion;
        mirror.replace(list.items);
      }
      await client.watch(selection, {
        resourceVersion,
        signal,
        onEvent: ({ type, object }) => {
          resourceVersion = object.metadata.resourceVersion ?? resourceVersion;
          if (type === "DELETED") mirror.remove(object);
          else if (type !== "BOOKMARK") mirror.put(object);
        },
      });
    } catch (error) {
      if (isGone(error)) resourceVersion = undefined;
      else if (error instanceof ApiError) log(`watching ${selection.kind}: ${formatFailure(error)}`);
      else await client.reachable();
    }
    if (performance.now() - startedMs > GOOD_ROUND_MS) backOff.reset();
    await sleep(backOff.nextMs(), undefined, { signal }).catch(() => undefined);
  }
}
