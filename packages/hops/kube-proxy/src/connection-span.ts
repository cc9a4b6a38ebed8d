import type { RelayedConnection } from "@loopway/l4-relay";
import { formatAddress, type Span } from "@loopway/model";
import type { ServiceEndpoint, ServiceRule } from "./compile.ts";

/** What was decided when a connection was accepted. */
export interface OpenedConnection {
  /** Of the process. */
  name: string;
  rule: ServiceRule;
  endpoint: ServiceEndpoint;
  table: string;
  startUs: number;
}

/** The span of a connection: told when it stands (`endUs` absent) and again, with its bytes, when it is closed. */
export function connectionSpan(opened: OpenedConnection, connection: RelayedConnection, endUs?: number): Span {
  const { name, rule, endpoint, table, startUs } = opened;
  const { downstream, upstream, bytesIn, bytesOut } = connection;
  return {
    hop: "kube-proxy",
    name,
    table,
    downstream,
    upstreams: upstream === undefined ? [] : [upstream],
    startUs,
    ...(endUs === undefined ? {} : { endUs }),
    decisions: [
      rule.frontend,
      {
        kind: "endpoint",
        service: rule.service,
        endpoint: formatAddress(endpoint.address),
        ...(endpoint.pod === undefined ? {} : { pod: endpoint.pod }),
        candidates: rule.endpoints.length,
      },
    ],
    outcome: upstream === undefined ? { kind: "failed", code: "E_UPSTREAM" } : { kind: "forwarded" },
    bytesIn,
    bytesOut,
  };
}
