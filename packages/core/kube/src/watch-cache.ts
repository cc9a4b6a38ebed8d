import type { StoreEvent } from "./store.ts";

/** The newest events, oldest first, so that a watch can resume from the resourceVersion it saw last. */
export class WatchCache {
  readonly #capacity: number;
  #events: StoreEvent[] = [];
  /** The newest revision that is no longer, or never was, in the cache. */
  #forgottenUpTo: number;

  constructor(revision: number, capacity: number) {
    this.#forgottenUpTo = revision;
    this.#capacity = capacity;
  }

  /** In order of revision. */
  add(events: readonly StoreEvent[]): void {
    this.#events.push(...events);
    // Trimmed by halves, so that adding costs a constant.
    if (this.#events.length <= 2 * this.#capacity) return;
    const dropped = this.#events.splice(0, this.#events.length - this.#capacity);
    this.#forgottenUpTo = dropped.at(-1)?.revision ?? this.#forgottenUpTo;
  }

  /** What happened after `revision`; undefined when that is forgotten (410 Gone: the client must list again). */
  since(revision: number): readonly StoreEvent[] | undefined {
    if (revision < this.#forgottenUpTo) return undefined;
    let low = 0;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#events[middle]?.revision ?? 0) <= revision) low = middle + 1;
      else high = middle;
    }
    return this.#events.slice(low);
  }

  get oldestRevision(): number {
    return this.#forgottenUpTo;
  }
}

/** The event as a watch with a selector sees it: an object that enters the selection is added, one that leaves it is deleted. */
export function selectEvent(event: StoreEvent, matches: (object: StoreEvent["object"]) => boolean): StoreEvent | undefined {
  const isIn = event.type !== "DELETED" && matches(event.object);
  const wasIn = event.previous !== undefined && matches(event.previous);
  if (isIn) return wasIn ? event : { ...event, type: "ADDED" };
  return wasIn ? { ...event, type: "DELETED" } : undefined;
}
