import type { FlowEnd, Span } from "@loopway/model";
import { SpansByOrdinal } from "./spans-by-ordinal.ts";

/**
 * What is known of one pair of socket addresses. Over time several connections may have had it, one after the other.
 *
 *   hop A ──upstream──▶ initiator ═══════════ acceptor ──downstream──▶ hop B
 *         departures (spans of A)              arrivals (spans of B)
 */
export interface AddressPair {
  protocol: FlowEnd["protocol"];
  /** The end that dialled, "address:port". */
  initiator: string;
  acceptor: string;
  departures: SpansByOrdinal;
  arrivals: SpansByOrdinal;
}

/** Pairs by their initiator. Its port is an ephemeral one, so that each initiator has one or two. */
export type SpanIndex = Map<string, AddressPair[]>;

/** The pair that a hop names as its upstream: there the hop itself is the initiator. */
export function upstreamPair(index: SpanIndex, { protocol, local, remote }: FlowEnd): AddressPair | undefined {
  return index.get(local)?.find((pair) => pair.acceptor === remote && pair.protocol === protocol);
}

/** The pair that a hop names as its downstream: there it is the acceptor. */
export function downstreamPair(index: SpanIndex, { protocol, local, remote }: FlowEnd): AddressPair | undefined {
  return upstreamPair(index, { protocol, local: remote, remote: local });
}

export function addSpan(index: SpanIndex, span: Span): void {
  const { downstream, upstreams } = span;
  const { protocol, local, remote } = downstream;
  ensurePair(index, { protocol, local: remote, remote: local }).arrivals.add(downstream, span);
  for (const upstream of upstreams) ensurePair(index, upstream).departures.add(upstream, span);
}

export function removeSpan(index: SpanIndex, span: Span): void {
  const { downstream, upstreams } = span;
  const from = downstreamPair(index, downstream);
  from?.arrivals.remove(downstream, span);
  dropIfEmpty(index, from);
  for (const upstream of upstreams) {
    const to = upstreamPair(index, upstream);
    to?.departures.remove(upstream, span);
    dropIfEmpty(index, to);
  }
}

function ensurePair(index: SpanIndex, upstream: FlowEnd): AddressPair {
  const known = upstreamPair(index, upstream);
  if (known !== undefined) return known;
  const { protocol, local: initiator, remote: acceptor } = upstream;
  const pair: AddressPair = { protocol, initiator, acceptor, departures: new SpansByOrdinal(), arrivals: new SpansByOrdinal() };
  const pairs = index.get(initiator);
  if (pairs === undefined) index.set(initiator, [pair]);
  else pairs.push(pair);
  return pair;
}

function dropIfEmpty(index: SpanIndex, pair: AddressPair | undefined): void {
  if (pair === undefined || !pair.arrivals.isEmpty || !pair.departures.isEmpty) return;
  const others = index.get(pair.initiator)?.filter((other) => other !== pair) ?? [];
  if (others.length > 0) index.set(pair.initiator, others);
  else index.delete(pair.initiator);
}
