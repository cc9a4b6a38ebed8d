import type { Span } from "@loopway/model";

/** What has stood so long is told of while it stands; what was shorter, once. */
const OPEN_MS = 20;

export interface OpenSpans {
  /** `key` is a connection or flow; `build` makes its span as it is then. */
  opened(key: object, build: () => Span): void;
  /** It is over, and told of by its last span. */
  closed(key: object): void;
}

/** A connection of one request is the most frequent kind, and two spans for it cost more than the bytes that it moves. */
export function createOpenSpans(report: (span: Span) => void): OpenSpans {
  const waiting = new Map<object, { build: () => Span; sinceMs: number }>();
  let isScheduled = false;

  const tell = () => {
    isScheduled = false;
    const untilMs = performance.now() - OPEN_MS;
    // In the order in which they were opened.
    for (const [key, { build, sinceMs }] of waiting) {
      if (sinceMs > untilMs) break;
      waiting.delete(key);
      report(build());
    }
    if (waiting.size > 0) schedule();
  };
  const schedule = () => {
    if (!isScheduled) setTimeout(tell, OPEN_MS).unref();
    isScheduled = true;
  };
  return {
    opened: (key, build) => {
      waiting.set(key, { build, sinceMs: performance.now() });
      schedule();
    },
    closed: (key) => {
      waiting.delete(key);
    },
  };
}
