import { ObjectCache, type Snapshot } from "@loopway/kube";
import { type KubeObject, LAST_APPLIED_ANNOTATION, objectKey } from "@loopway/model";
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
 * After a pass so many times its length belongs to traffic, up to a limit that nobody notices: while thousands of objects are applied, a large
 * table is not made anew for each.
 */
const REST = 9;
const LONGEST_REST_MS = 50;

/**
 * Lists and watches all selections into one cache. Resolves, after a first `onChange`, when each has been listed once; from then on
 * `onChange` runs once per turn of the event loop in which something changed, or, where it has just run, after its rest.
 */
export async function watchObjects({ client, selections, onChange, after, signal }: WatchObjectsOptions): Promise<Snapshot> {
  const cache = new ObjectCache();
  let isSynced = false;
  let isScheduled = false;
  let restsUntilMs = 0;
  const pass = () => {
    isScheduled = false;
    if (signal.aborted) return;
    const startedMs = performance.now();
    onChange(cache);
    const endedMs = performance.now();
    restsUntilMs = endedMs + Math.min(LONGEST_REST_MS, REST * (endedMs - startedMs));
  };
  const changed = () => {
    if (!isSynced || isScheduled) return;
    isScheduled = true;
    const restMs = restsUntilMs - performance.now();
    if (restMs > 0) setTimeout(pass, restMs).unref();
    else setImmediate(pass);
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
  const keep = (received: KubeObject) => {
    const object = withoutLastApplied(received);
    own.set(objectKey(object), object);
    cache.put(object);
  };
  return {
    replace: (objects) => {
      const keys = new Set(objects.map(objectKey));
      for (const [key, object] of own) if (!keys.has(key)) cache.remove(object);
      own.clear();
      for (const object of objects) keep(object);
      changed();
    },
    put: (object) => {
      keep(object);
      changed();
    },
    remove: (object) => {
      own.delete(objectKey(object));
      cache.remove({ ...object, kind });
      changed();
    },
  };
}

/** What kubectl alone reads would be half of what a process keeps (client-go: cache.TransformStripManagedFields). */
function withoutLastApplied(object: KubeObject): KubeObject {
  if (object.metadata.annotations?.[LAST_APPLIED_ANNOTATION] === undefined) return object;
  const { [LAST_APPLIED_ANNOTATION]: _, ...annotations } = object.metadata.annotations;
  return { ...object, metadata: { ...object.metadata, annotations } };
}
