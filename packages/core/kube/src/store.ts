// The object store as a value. A transaction works on a draft (a fork of the objects) that becomes the next state, or is dropped
// whole. Every write takes its own revision, so that a watcher that stops between two events of one transaction misses nothing.
import type { KubeObject } from "@loopway/model";
import { type ApiFailure, isFailure } from "./failure.ts";
import { ObjectCache } from "./object-cache.ts";

export interface StoreState {
  /** The newest resourceVersion. */
  readonly revision: number;
  readonly objects: ObjectCache;
}

/** One change of one object. A deletion carries the last object, with the revision of the deletion. */
export interface StoreEvent {
  type: "ADDED" | "MODIFIED" | "DELETED";
  object: KubeObject;
  previous?: KubeObject;
  revision: number;
}

/** What writes need from outside. */
export interface WriteContext {
  /** Milliseconds since the epoch. */
  now: number;
  /** Uniform in [0, 1). */
  random: () => number;
  newUid: () => string;
  /** Nobody keeps the state given: it is written to, instead of a copy of what changes. */
  inPlace?: boolean;
}

export interface Draft {
  readonly objects: ObjectCache;
  readonly events: StoreEvent[];
  readonly context: WriteContext;
  revision: number;
}

export interface Transaction<T> {
  state: StoreState;
  events: StoreEvent[];
  value: T;
}

export function emptyState(): StoreState {
  return { revision: 0, objects: new ObjectCache() };
}

/** All of `write`, or nothing: a failure leaves the given state as it was. */
export function transact<T>(
  state: StoreState,
  context: WriteContext,
  write: (draft: Draft) => T | ApiFailure,
): Transaction<T> | ApiFailure {
  const objects = context.inPlace === true ? state.objects : state.objects.fork();
  const draft: Draft = { objects, events: [], context, revision: state.revision };
  const value = write(draft);
  if (isFailure(value)) {
    if (context.inPlace === true) undo(draft);
    return value;
  }
  if (draft.events.length === 0) return { state, events: [], value };
  return { state: { revision: draft.revision, objects: draft.objects }, events: draft.events, value };
}

function undo({ objects, events }: Draft): void {
  for (const { object, previous } of events.toReversed()) {
    if (previous === undefined) objects.remove(object);
    else objects.put(previous);
  }
}

/** Stamps the object with the next revision and stores it. */
export function putObject(draft: Draft, object: KubeObject, previous: KubeObject | undefined): KubeObject {
  const revision = ++draft.revision;
  const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
  draft.objects.put(stored);
  draft.events.push(
    previous === undefined ? { type: "ADDED", object: stored, revision } : { type: "MODIFIED", object: stored, previous, revision },
  );
  return stored;
}

export function removeObject(draft: Draft, object: KubeObject, previous: KubeObject): KubeObject {
  const revision = ++draft.revision;
  const last = { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
  draft.objects.remove(last);
  draft.events.push({ type: "DELETED", object: last, previous, revision });
  return last;
}

let formatted = { second: Number.NaN, text: "" };

/** RFC 3339 in seconds, as metav1.Time is written. The last one is kept: thousands of objects are written in the same second. */
export function formatTimestamp(now: number): string {
  const second = Math.floor(now / 1000);
  if (second !== formatted.second) formatted = { second, text: `${new Date(second * 1000).toISOString().slice(0, 19)}Z` };
  return formatted.text;
}
