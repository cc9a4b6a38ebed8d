import type { Span } from "@loopway/model";
import { createPartSharer } from "./share-parts.ts";
import { addSpan, downstreamPair, removeSpan, type SpanIndex } from "./span-index.ts";
import { WHOLE } from "./spans-by-ordinal.ts";

/** The last spans, within a bound; the oldest give way. */
export interface SpanStore {
  readonly index: SpanIndex;
  /** Takes the span over: parts of it are replaced by equal ones. */
  add(span: Span): void;
  /** From the latest to the oldest. */
  latest(): Iterable<Span>;
  readonly size: number;
  /** Spans that gave way so far. */
  readonly dropped: number;
}

export function createSpanStore(capacity: number): SpanStore {
  const index: SpanIndex = new Map();
  const shareParts = createPartSharer();
  /** A ring: `next` is the oldest place once it is full. */
  const ring: Span[] = [];
  let next = 0;
  let dropped = 0;
  return {
    index,
    add(span) {
      shareParts(span);
      if (isRetold(index, span)) return;
      const oldest = ring[next];
      if (oldest !== undefined) {
        removeSpan(index, oldest);
        dropped++;
      }
      ring[next] = span;
      next = (next + 1) % capacity;
      addSpan(index, span);
    },
    *latest() {
      for (let age = 1; age <= ring.length; age++) {
        const span = ring[(next - age + capacity) % capacity];
        if (span !== undefined) yield span;
      }
    },
    get size() {
      return ring.length;
    },
    get dropped() {
      return dropped;
    },
  };
}

/** An L4 hop tells of a connection twice. The later news, with its end and bytes, completes the span that is there. */
function isRetold(index: SpanIndex, span: Span): boolean {
  if (span.downstream.ordinal !== undefined) return false;
  const told = downstreamPair(index, span.downstream)
    ?.arrivals.at(WHOLE)
    .find(({ startUs }) => startUs === span.startUs);
  if (told === undefined) return false;
  const { endUs, decisions, outcome, bytesIn, bytesOut } = span;
  if (told.endUs === undefined) Object.assign(told, { endUs, decisions, outcome, bytesIn, bytesOut });
  return true;
}
