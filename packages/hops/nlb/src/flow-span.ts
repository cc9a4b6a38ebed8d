import type { RelayedConnection } from "@loopway/l4-relay";
import type { Decision, FlowEnd, Outcome, Span } from "@loopway/model";

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
    outcome: outcomeOf(upstream, decisions),
    bytesIn,
    bytesOut,
  };
}

function outcomeOf(upstream: FlowEnd | undefined, decisions: readonly Decision[]): Outcome {
  if (upstream === undefined) return { kind: "failed", code: "E_UPSTREAM" };
  const hasFailed = decisions.some((decision) => decision.kind === "tls" && decision.failure !== undefined);
  return hasFailed ? { kind: "failed", code: "E_TLS" } : { kind: "forwarded" };
}

/** The span of what came and went no further: no security group lets it in, or its handshake failed. */
export function failedSpan(
  { name, table, decisions, startUs }: OpenedFlow,
  downstream: FlowEnd,
  { code, bytesIn, endUs }: { code: "E_DROPPED" | "E_TLS"; bytesIn: number; endUs: number },
): Span {
  const outcome: Outcome = { kind: "failed", code };
  return { hop: "nlb", name, table, downstream, upstreams: [], startUs, endUs, decisions, outcome, bytesIn, bytesOut: 0 };
}
