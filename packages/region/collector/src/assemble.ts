/**
 * Spans → traces, by flows alone. The upstream end of one hop is the downstream end of the next with the addresses swapped:
 *
 *   L7 → L7   same pair, same ordinal, and the child began while the parent was at work
 *   L7 → L4   same pair, and the connection lived while the parent was at work; the ordinal is carried on, since a relay keeps the order
 *   L4 → L7   the connection's upstream pair, the carried ordinal, and the child began within the lives of both
 *
 * Address pairs are used again and again, and spans can be lost. Hence the invariant: a join is made only where there is exactly one
 * candidate seen from either side. A doubtful join is left out; the order in which spans arrived plays no part.
 */
import type { FlowEnd, Span, TraceNode } from "@loopway/model";
import { type AddressPair, downstreamPair, type SpanIndex, upstreamPair } from "./span-index.ts";
import { WHOLE } from "./spans-by-ordinal.ts";

export interface AssembledTrace {
  trace: TraceNode;
  /** Every upstream end in it found its span. */
  complete: boolean;
}

interface Period {
  fromUs: number;
  toUs: number;
}

/** One request on one connection: which it is, and when it can have been there. */
interface Passage {
  ordinal: number;
  period: Period;
}

/** Clocks of two processes on one machine agree to microseconds; one that was suspended while it set its clock, to about this. */
const CLOCK_SLACK_US = 2_000;

/** The tree below a span. Of an L4 span: the connection with all its requests. */
export function assembleTrace(index: SpanIndex, root: Span): AssembledTrace {
  if (!isRelay(root)) return nodeOf(index, root, undefined);
  const requests = root.upstreams.flatMap((upstream) => requestsOn(index, root, upstream));
  return join(
    root,
    requests.map((request) => nodeOf(index, request, undefined)),
  );
}

/** Whether some hop was at work on the flow by which this span came: then it is no root. */
export function hasParent(index: SpanIndex, span: Span): boolean {
  const { ordinal } = span.downstream;
  const pair = downstreamPair(index, span.downstream);
  if (pair === undefined) return false;
  const parents = ordinal === undefined ? pair.departures.all() : [...pair.departures.at(ordinal), ...pair.departures.at(WHOLE)];
  return parents.some((parent) => overlap(presence(pair, span), work(index, parent)));
}

/** Of the upstream ends of these spans: how many lead to a span that is known. */
export function countJoins(index: SpanIndex, spans: Iterable<Span>): { joined: number; unjoined: number } {
  const count = { joined: 0, unjoined: 0 };
  for (const span of spans) {
    for (const upstream of span.upstreams) {
      const isJoined = isRelay(span)
        ? requestsOn(index, span, upstream).length > 0
        : childOf(index, upstream, passageOn(index, span, upstream, undefined)) !== undefined;
      count[isJoined ? "joined" : "unjoined"]++;
    }
  }
  return count;
}

function isRelay({ downstream }: Span): boolean {
  return downstream.ordinal === undefined;
}

function nodeOf(index: SpanIndex, span: Span, carried: Passage | undefined): AssembledTrace {
  const below = span.upstreams.map((upstream) => {
    const passage = passageOn(index, span, upstream, carried);
    const child = childOf(index, upstream, passage);
    return child === undefined ? undefined : nodeOf(index, child, passage);
  });
  return join(span, below);
}

function join(span: Span, below: readonly (AssembledTrace | undefined)[]): AssembledTrace {
  const found = below.filter((node) => node !== undefined);
  const complete = found.length === below.length && found.every((node) => node.complete);
  return { trace: { span, children: found.map(({ trace }) => trace) }, complete };
}

/** The request on an upstream of this span: a new one of its own, or the one that a relay carries on. */
function passageOn(index: SpanIndex, span: Span, upstream: FlowEnd, carried: Passage | undefined): Passage {
  const period = work(index, span);
  if (!isRelay(span) || carried === undefined) return { ordinal: upstream.ordinal ?? WHOLE, period };
  return { ordinal: carried.ordinal, period: intersection(period, carried.period) };
}

/** The span at the other end of an upstream; undefined where none is known or more than one could be meant. */
function childOf(index: SpanIndex, upstream: FlowEnd, { ordinal, period }: Passage): Span | undefined {
  const pair = upstreamPair(index, upstream);
  if (pair === undefined) return undefined;
  const arrivals = [...pair.arrivals.at(ordinal), ...pair.arrivals.at(WHOLE)];
  const [child, ...others] = arrivals.filter((span) => overlap(presence(pair, span), period));
  if (child === undefined || others.length > 0) return undefined;
  const departures = pair.departures.at(upstream.ordinal ?? WHOLE);
  const parents = departures.filter((parent) => overlap(presence(pair, child), work(index, parent)));
  return parents.length === 1 ? child : undefined;
}

/** All requests that came over a relayed connection, in order of time. */
function requestsOn(index: SpanIndex, relay: Span, upstream: FlowEnd): Span[] {
  const arrivals = upstreamPair(index, upstream)?.arrivals.all() ?? [];
  const period = work(index, relay);
  const requests = arrivals.filter((span) => !isRelay(span) && overlap({ fromUs: span.startUs, toUs: span.startUs }, period));
  return requests.sort((a, b) => a.startUs - b.startUs);
}

/** When a span can have used its upstreams. */
function work(index: SpanIndex, span: Span): Period {
  const pair = isRelay(span) ? downstreamPair(index, span.downstream) : undefined;
  return pair === undefined ? { fromUs: span.startUs, toUs: span.endUs ?? Number.POSITIVE_INFINITY } : life(pair, span);
}

/** When a span came in by the pair that is its downstream: a request at one moment, a connection for as long as it lived. */
function presence(pair: AddressPair, span: Span): Period {
  return isRelay(span) ? life(pair, span) : { fromUs: span.startUs, toUs: span.startUs };
}

/**
 * Of a connection: until it was closed, or, where that was never told (its hop was killed), until the next one with the same addresses:
 * two cannot live at once.
 */
function life(pair: AddressPair, { startUs, endUs }: Span): Period {
  if (endUs !== undefined) return { fromUs: startUs, toUs: endUs };
  const later = pair.arrivals
    .at(WHOLE)
    .map((relay) => relay.startUs)
    .filter((otherUs) => otherUs > startUs);
  return { fromUs: startUs, toUs: Math.min(...later, Number.POSITIVE_INFINITY) };
}

function overlap(a: Period, b: Period): boolean {
  return a.fromUs <= b.toUs + CLOCK_SLACK_US && b.fromUs <= a.toUs + CLOCK_SLACK_US;
}

function intersection(a: Period, b: Period): Period {
  return { fromUs: Math.max(a.fromUs, b.fromUs), toUs: Math.min(a.toUs, b.toUs) };
}
