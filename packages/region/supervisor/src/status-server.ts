import { createServer, type Server } from "node:http";
import type { Binding } from "@loopway/hop-kit";
import type { Metric, ProcessKind } from "@loopway/model";
import type { Member, MemberState } from "./fleet.ts";
import { formatMetrics, PROMETHEUS_TYPE } from "./format-metrics.ts";
import { UsageMeter } from "./usage.ts";

/** One line of `loopway status`. */
export interface ProcessStatus {
  kind: ProcessKind;
  name: string;
  namespace?: string;
  pid?: number;
  state: MemberState;
  restarts: number;
  /** RFC 3339: since when it is in this state. */
  since: string;
  /** Virtual addresses that are bound elsewhere. */
  bindings: Binding[];
  /** Why it last ended by itself. */
  lastEnd?: string;
  /** Of a load balancer, by CloudWatch's names. */
  metrics?: readonly Metric[];
}

/**
 * On a unix socket: GET /processes, `{ processes: ProcessStatus[] }` in order of start; GET /usage, what pods use; GET /metrics, those of all
 * processes as Prometheus reads them.
 */
export function createStatusServer(members: () => readonly Member[]): Server {
  const meter = new UsageMeter(members);
  return createServer(async ({ method, url }, response) => {
    const resource = method === "GET" ? url : undefined;
    if (resource === "/metrics") {
      const metrics = members().flatMap((member) => member.metrics ?? []);
      response.writeHead(200, { "content-type": PROMETHEUS_TYPE }).end(formatMetrics(metrics));
      return;
    }
    const body =
      resource === "/processes"
        ? { processes: processesIn(members()) }
        : resource === "/usage"
          ? await meter.measure()
          : { error: "there is GET /processes, GET /usage and GET /metrics" };
    response.writeHead("error" in body ? 404 : 200, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
}

function processesIn(members: readonly Member[]): ProcessStatus[] {
  return members
    .map(statusOf)
    .sort(byOrder)
    .map(({ status }) => status);
}

function statusOf({ wish, child, state, restarts, sinceMs, bindings, lastEnd, metrics }: Member): { order: number; status: ProcessStatus } {
  const status: ProcessStatus = {
    kind: wish.kind,
    name: wish.name,
    ...(wish.namespace === undefined ? {} : { namespace: wish.namespace }),
    ...(child?.pid === undefined ? {} : { pid: child.pid }),
    state,
    restarts,
    since: new Date(sinceMs).toISOString(),
    bindings: [...bindings.values()],
    ...(lastEnd === undefined ? {} : { lastEnd }),
    ...(metrics === undefined ? {} : { metrics }),
  };
  return { order: wish.order, status };
}

function byOrder(a: { order: number }, b: { order: number }): number {
  return a.order - b.order;
}
