import type { Decision, Outcome, Span } from "@loopway/model";
import type { ExchangeAccount, RequestState } from "./request-state.ts";

/** One span per request; `name` is the load balancer's. */
export function buildSpan(name: string, exchange: ExchangeAccount, state: RequestState): Span {
  const { downstream, upstream, head } = exchange;
  const span: Span = {
    hop: "alb",
    name,
    table: state.table.revision,
    downstream: { protocol: "tcp", local: downstream.local, remote: downstream.remote, ordinal: downstream.ordinal },
    upstreams:
      upstream === undefined ? [] : [{ protocol: "tcp", local: upstream.local, remote: upstream.remote, ordinal: upstream.ordinal }],
    startUs: exchange.startUs,
    endUs: exchange.endUs,
    decisions: decisionsOf(state),
    outcome: outcomeOf(exchange, state),
    bytesIn: exchange.bytesIn,
    bytesOut: exchange.bytesOut,
  };
  if (head !== undefined) {
    span.summary = `${head.method} ${head.path}`;
    span.root = state.trace.root;
  }
  return span;
}

function decisionsOf({ rule, target, targetGroup, health, candidates }: RequestState): Decision[] {
  if (rule === undefined) return [];
  if (target === undefined) return [rule.decision];
  return [rule.decision, { kind: "target", targetGroup, target: target.name, health, algorithm: "round_robin", candidates }];
}

function outcomeOf({ status, failure, upstreamStatus }: ExchangeAccount, { code }: RequestState): Outcome {
  if (failure === "client-closed" || failure === "aborted" || failure === "truncated") return { kind: "failed", code: code ?? "E_ABORTED" };
  if (code !== undefined) return { kind: "answered", status, code };
  return upstreamStatus === 0 ? { kind: "answered", status } : { kind: "forwarded", status };
}
