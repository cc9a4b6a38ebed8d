import type { RelayedConnection } from "@loopway/l4-relay";
import type { Decision, Span } from "@loopway/model";

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
