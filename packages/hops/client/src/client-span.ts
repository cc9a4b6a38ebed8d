import { headerValue, traceRoot } from "@loopway/http";
import type { FlowEnd, Outcome, Span } from "@loopway/model";
import type { ClientExchange } from "./forward-proxy.ts";

/** What became of a request: the name's resolving first, then the connection. */
export function clientSpan(exchange: ClientExchange): Span {
  const { head, state: journey, upstream, downstream } = exchange;
  const { resolution } = journey ?? {};
  const connection: FlowEnd[] = upstream === undefined ? [] : [{ protocol: "tcp", ...upstream }];
  const root = head === undefined ? undefined : traceRoot(headerValue(head, "x-amzn-trace-id"));
  return {
    hop: "client",
    name: journey?.sender?.name ?? "client",
    downstream: { protocol: "tcp", ...downstream },
    upstreams: [...(resolution?.flows ?? []), ...connection],
    startUs: exchange.startUs,
    endUs: exchange.endUs,
    decisions: resolution === undefined ? [] : [resolution.decision],
    outcome: outcomeOf(exchange),
    bytesIn: exchange.bytesIn,
    bytesOut: exchange.bytesOut,
    ...(head === undefined ? {} : { summary: `${head.method} ${head.target}` }),
    ...(root === undefined ? {} : { root }),
  };
}

function outcomeOf({ status, upstreamStatus, isTunnel, failure, state }: ClientExchange): Outcome {
  if (failure === "client-closed") return { kind: "failed", code: "E_ABORTED" };
  if (failure === "truncated" || status === 0) return { kind: "failed", code: "E_UPSTREAM" };
  if (isTunnel || upstreamStatus === status) return { kind: "forwarded", status };
  return { kind: "answered", status, ...(state?.code === undefined ? {} : { code: state.code }) };
}
