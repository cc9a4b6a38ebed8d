import { ObjectCache, type Snapshot } from "@loopway/kube";
import { type KubeObject, objectKey } from "@loopway/model";
import type { ApiClient } from "./api-client.ts";
import type { Selection } from "./hop.ts";
import { type Mirror, reflect } from "./reflect.ts";

export interface WatchObjectsOptions {
  client: ApiClient;
  selections: readonly Selection[];
  onChange: (objects: Snapshot) => void;
  /** Awaited before the first `onChange`, beside the first lists. */
  after?: Promise<unknown>;
  signal: AbortSignal;
}

/**
 * Lists and watches all selections into one cache. Resolves, after a first `onChange`, when each has been listed once; from then on
 * `onChange` runs once per turn of the event loop in which something changed.
 */
export async function watchObjects({ client, selections, onChange, after, signal }: WatchObjectsOptions): Promise<Snapshot> {
  const cache = new ObjectCache();
  let isSynced = false;
  let isScheduled = false;
  const changed = () => {
    if (!isSynced || isScheduled) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      if (!signal.aborted) onChange(cache);
    });
  };
  const mirrors = selections.map((selection) => createMirror(selection.kind, cache, changed));
  const synced = mirrors.map(
    (mirror, index) =>
      new Promise<void>((resolve) => {
        const replace = (objects: readonly KubeObject[]) => {
          mirror.replace(objects);
          resolve();
        };
        void reflect({ client, selection: selections[index] as Selection, mirror: { ...mirror, replace }, signal });
      }),
  );
  await Promise.all([...synced, after]);
  isSynced = true;
  onChange(cache);
  return cache;
}

/** What one selection contributes to the cache. It removes only what it brought itself, as two selections may share a kind. */
function createMirror(kind: string, cache: ObjectCache, changed: () => void): Mirror {
  const own = new Map<string, KubeObject>();
  return {
    replace: (objects) => {
      const keys = new Set(objects.map(objectKey));
      for (const [key, object] of own) if (!keys.has(key)) cache.remove(object);
      own.clear();
      for (const object of objects) {
        own.set(objectKey(object), object);
        cache.put(object);
      }
      changed();
    },
    put: (object) => {
      own.set(objectKey(object), object);
      cache.put(object);
      changed();
    },
    remove: (object) => {
      own.delete(objectKey(object));
      cache.remove({ ...object, kind });
      changed();
    },
  };
}
