import type { TraceNode } from "@loopway/model";
import { type AssembledTrace, assembleTrace, countJoins, hasParent } from "./assemble.ts";
import type { SpanStore } from "./span-store.ts";

/** The flow by which a request came in, as the one who sent it knows it. */
export interface FlowQuery {
  /** "address:port" of the sender's own socket. */
  flow: string;
  /** "address:port" that it was connected to; one port may be in use towards several at once. */
  to: string;
  ordinal: number;
  /** Only spans that ended, or are still open, after this moment: ports are used again. */
  afterUs: number;
}

/** The trace below the hop that received a request; undefined while its span has not come. The latest, where the flow had several. */
export function traceOfFlow({ index }: SpanStore, { flow, to, ordinal, afterUs }: FlowQuery): AssembledTrace | undefined {
  const spans = (index.get(flow) ?? []).filter(({ acceptor }) => acceptor === to).flatMap(({ arrivals }) => arrivals.at(ordinal));
  const [latest] = spans.filter(({ endUs = afterUs }) => endUs >= afterUs).sort((a, b) => b.startUs - a.startUs);
  return latest === undefined ? undefined : assembleTrace(index, latest);
}

/** The latest traces, by the arrival of their first hop's span; spans that no other hop caused. */
export function latestTraces({ index, latest }: SpanStore, limit: number): TraceNode[] {
  const traces: TraceNode[] = [];
  for (const span of latest()) {
    if (traces.length >= limit) break;
    if (!hasParent(index, span)) traces.push(assembleTrace(index, span).trace);
  }
  return traces;
}

export interface CollectorStats {
  /** Held now, and given up for newer ones. */
  spans: number;
  dropped: number;
  /** Upstream ends that lead to a span, and that do not (yet, or for ever). */
  joined: number;
  unjoined: number;
}

export function collectorStats({ index, latest, size, dropped }: SpanStore): CollectorStats {
  return { spans: size, dropped, ...countJoins(index, latest()) };
}
