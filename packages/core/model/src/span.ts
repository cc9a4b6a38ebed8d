import type { Decision, Outcome } from "./decision.ts";

export type HopKind = "client" | "route53" | "alb" | "nlb" | "coredns" | "kube-proxy" | "pod";

/** One side of a hop: the address pair as this process sees its socket, and which request on that connection (L7) or query id (DNS). */
export interface FlowEnd {
  protocol: "tcp" | "udp";
  /** "address:port" of our end of the socket. */
  local: string;
  /** "address:port" of the other end. */
  remote: string;
  /** L7: 0 for the first request on the connection, then 1, ...; DNS: the query's id. Absent at L4: the whole connection. */
  ordinal?: number;
}

/** One hop's work on one request (L7, DNS) or connection (L4). JSON on the wire between hop and collector. */
export interface Span {
  hop: HopKind;
  /** The object that called for this process: LoadBalancer, Node, Pod ... name. */
  name: string;
  /** Checksum or revision of the table that decided. */
  table?: string;
  downstream: FlowEnd;
  /** In the order they were used: the client hop has its DNS query first, then the connection. */
  upstreams: FlowEnd[];
  /** Microseconds since the epoch, on the clock that all processes of an instance share. `endUs` absent: an L4 connection still open. */
  startUs: number;
  endUs?: number;
  decisions: Decision[];
  outcome: Outcome;
  bytesIn: number;
  bytesOut: number;
  /** L7: "GET /v1/order/1"; DNS: "A api.example.com". */
  summary?: string;
  /** X-Amzn-Trace-Id root, where the hop saw one. Shown, never used to join. */
  root?: string;
}

/** A span joined with those it caused, in order. */
export interface TraceNode {
  span: Span;
  children: TraceNode[];
}
