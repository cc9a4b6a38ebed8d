import type { TraceHeader } from "@loopway/http";
import type { Engine, Exchange } from "@loopway/l7-proxy";
import type { CompiledListener, CompiledRule, LoadBalancerTable } from "@loopway/routing";
import type { GroupTarget } from "./target.ts";
import type { TargetGroupState } from "./target-group-state.ts";
import type { LoggedTransform } from "./transform-head.ts";

/** What a connection belongs to, as the engine hands it back with each of its requests. */
export interface Entry {
  /** The present table of the load balancer and the listener's part of it; swapped as one value. Undefined: the listener is gone. */
  current: { table: LoadBalancerTable; listener: CompiledListener } | undefined;
  listenerPort: number;
}

export interface Connection {
  entry: Entry;
  /** "TID_" and hex digits: joins the access log with the connection log. */
  traceId: string;
}

/** What was decided about one request, for the log line and the span at its end. */
export interface RequestState {
  table: LoadBalancerTable;
  trace: TraceHeader;
  rule: CompiledRule | undefined;
  targetGroup: string;
  group: TargetGroupState | undefined;
  target: GroupTarget | undefined;
  /** State and number of candidates when the target was picked. */
  health: string;
  candidates: number;
  redirectUrl: string;
  /** Undefined where the rule rewrites nothing. */
  transform: LoggedTransform | undefined;
  /** Code of the catalogue where the load balancer itself failed the request, e.g. "ELB_502". */
  code: string | undefined;
}

export type AlbExchange = Exchange<Connection, RequestState>;

/** What log line and span read of it: the account, without what can still be decided. */
export type ExchangeAccount = Omit<AlbExchange, "clientAddress" | "responseFields" | "state" | "forward" | "answer" | "tunnel" | "abort">;

/** What takes a load balancer's connections and holds those to its targets: ours of l7-proxy, or another in its place. */
export type AlbEngine = Omit<Engine<Connection>, "destroy">;

export function beginState(table: LoadBalancerTable, trace: TraceHeader, rule: CompiledRule | undefined): RequestState {
  return {
    table,
    trace,
    rule,
    targetGroup: "",
    group: undefined,
    target: undefined,
    health: "",
    candidates: 0,
    redirectUrl: "-",
    transform: undefined,
    code: undefined,
  };
}
