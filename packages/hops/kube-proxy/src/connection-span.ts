import type { RelayedConnection } from "@loopway/l4-relay";
import { type Decision, type FlowEnd, formatAddress, type Span } from "@loopway/model";
import type { ServiceEndpoint, ServiceRule } from "./service-table.ts";

/** What was decided when a connection, or the first datagram of a flow, arrived. */
export interface OpenedConnection {
  /** Of the process. */
  name: string;
  rule: ServiceRule;
  /** Undefined: it gets no answer. */
  chosen: { endpoint: ServiceEndpoint; candidates: number } | undefined;
  table: string;
  startUs: number;
}

/** The span of a connection: told while it stands (`endUs` absent), unless it is short, and when it is closed. */
export function connectionSpan(opened: OpenedConnection, connection: RelayedConnection, endUs?: number): Span {
  const { upstream, bytesOut } = connection;
  return {
    ...commonSpan(opened, connection, endUs),
    upstreams: upstream === undefined ? [] : [upstream],
    outcome: upstream === undefined ? { kind: "failed", code: "E_UPSTREAM" } : { kind: "forwarded" },
    bytesOut,
  };
}

/** The span of a connection that was dropped, told when its client has given up. */
export function droppedSpan(opened: OpenedConnection, downstream: FlowEnd, { bytesIn, endUs }: { bytesIn: number; endUs: number }): Span {
  return {
    ...commonSpan(opened, { downstream, bytesIn }, endUs),
    upstreams: [],
    outcome: { kind: "failed", code: "E_DROPPED" },
    bytesOut: 0,
  };
}

function commonSpan(
  { name, rule, chosen, table, startUs }: OpenedConnection,
  { downstream, bytesIn }: Pick<RelayedConnection, "downstream" | "bytesIn">,
  endUs: number | undefined,
): Omit<Span, "upstreams" | "outcome" | "bytesOut"> {
  const decisions: Decision[] = [rule.decision];
  if (chosen !== undefined) {
    const { endpoint, candidates } = chosen;
    const pod = endpoint.pod === undefined ? {} : { pod: endpoint.pod };
    decisions.push({ kind: "endpoint", service: rule.service, endpoint: formatAddress(endpoint.address), ...pod, candidates });
  }
  return { hop: "kube-proxy", name, table, downstream, startUs, ...(endUs === undefined ? {} : { endUs }), decisions, bytesIn };
}
