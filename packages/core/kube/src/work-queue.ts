// Keys to work on: each at most once, in order of arrival, some only later, failing ones with growing delay. Time is an argument.

export interface WorkQueue {
  /** Due now, in order of arrival. */
  ready: Set<string>;
  /** Due at this time (milliseconds since the epoch). */
  later: Map<string, number>;
  /** No key of `later` is due before. */
  laterFrom: number;
  failures: Map<string, number>;
}

/** client-go's ItemExponentialFailureRateLimiter starts so; its 1,000 s at the end are too long for people who watch. */
const FIRST_RETRY_MS = 5;
const LAST_RETRY_MS = 30_000;

export function emptyQueue(): WorkQueue {
  return { ready: new Set(), later: new Map(), laterFrom: Number.POSITIVE_INFINITY, failures: new Map() };
}

export function add(queue: WorkQueue, key: string): void {
  queue.later.delete(key);
  queue.ready.add(key);
}

/** Keeps the earlier of two dates; a key that is ready stays so. */
export function addAt(queue: WorkQueue, key: string, dueAt: number): void {
  if (queue.ready.has(key)) return;
  queue.later.set(key, Math.min(dueAt, queue.later.get(key) ?? Number.POSITIVE_INFINITY));
  queue.laterFrom = Math.min(dueAt, queue.laterFrom);
}

export function addAfterFailure(queue: WorkQueue, key: string, now: number): void {
  const failures = queue.failures.get(key) ?? 0;
  queue.failures.set(key, failures + 1);
  addAt(queue, key, now + Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures));
}

export function forgetFailures(queue: WorkQueue, key: string): void {
  queue.failures.delete(key);
}

/** Takes the next key that is due; undefined when there is none. */
export function take(queue: WorkQueue, now: number): string | undefined {
  if (queue.laterFrom <= now) {
    for (const [key, dueAt] of queue.later) if (dueAt <= now) add(queue, key);
    queue.laterFrom = earliest(queue.later);
  }
  if (queue.ready.size === 0) return undefined;
  for (const key of queue.ready) {
    queue.ready.delete(key);
    return key;
  }
  return undefined;
}

/** When to look again; `now` or earlier when something is ready, undefined when the queue is empty. */
export function nextDueAt(queue: WorkQueue, now: number): number | undefined {
  if (queue.ready.size > 0) return now;
  return queue.later.size === 0 ? undefined : earliest(queue.later);
}

function earliest(later: ReadonlyMap<string, number>): number {
  let first = Number.POSITIVE_INFINITY;
  for (const dueAt of later.values()) first = Math.min(first, dueAt);
  return first;
}
