import type { RelayedConnection } from "@loopway/l4-relay";
import type { Decision, FlowEnd, Span } from "@loopway/model";

/** What was decided when a connection, or the first datagram of a flow, arrived. */
export interface OpenedFlow {
  /** Of the process. */
  name: string;
  table: string;
  decisions: Decision[];
  startUs: number;
}

/** The span of a flow: told while it stands (`endUs` absent), unless it is short, and when it is over. */
export function flowSpan({ name, table, decisions, startUs }: OpenedFlow, flow: RelayedConnection, endUs?: number): Span {
  const { downstream, upstream, bytesIn, bytesOut } = flow;
  return {
    hop: "nlb",
    name,
    table,
    downstream,
    upstreams: upstream === undefined ? [] : [upstream],
    startUs,
    ...(endUs === undefined ? {} : { endUs }),
    decisions,
    outcome: upstream === undefined ? { kind: "failed", code: "E_UPSTREAM" } : { kind: "forwarded" },
    bytesIn,
    bytesOut,
  };
}

/** The span of a connection or datagram that no security group lets in. */
export function droppedSpan(
  { name, table, decisions, startUs }: OpenedFlow,
  downstream: FlowEnd,
  { bytesIn, endUs }: { bytesIn: number; endUs: number },
): Span {
  const outcome = { kind: "failed" as const, code: "E_DROPPED" };
  return { hop: "nlb", name, table, downstream, upstreams: [], startUs, endUs, decisions, outcome, bytesIn, bytesOut: 0 };
}
