import type { FlowEnd, HopKind, Span } from "@loopway/model";

/** A connection between two sockets, and how each end calls it. */
export interface Wire {
  initiator: string;
  acceptor: string;
}

export function upstreamOf({ initiator, acceptor }: Wire, ordinal?: number): FlowEnd {
  return { protocol: "tcp", local: initiator, remote: acceptor, ...(ordinal === undefined ? {} : { ordinal }) };
}

export function downstreamOf({ initiator, acceptor }: Wire, ordinal?: number): FlowEnd {
  return { protocol: "tcp", local: acceptor, remote: initiator, ...(ordinal === undefined ? {} : { ordinal }) };
}

/** `endUs` -1: still open. */
export interface SpanDraft {
  hop: HopKind;
  downstream: FlowEnd;
  upstreams?: FlowEnd[];
  at: [startUs: number, endUs: number];
  /** Told only to the test. */
  request?: string;
}

export function spanOf({ hop, downstream, upstreams = [], at: [startUs, endUs], request = "" }: SpanDraft): Span {
  return {
    hop,
    name: hop,
    downstream,
    upstreams,
    startUs,
    ...(endUs < 0 ? {} : { endUs }),
    decisions: [],
    outcome: { kind: "forwarded" },
    bytesIn: 0,
    bytesOut: 0,
    summary: request,
  };
}
