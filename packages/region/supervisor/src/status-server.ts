import { createServer, type Server } from "node:http";
import type { Binding } from "@loopway/hop-kit";
import type { ProcessKind } from "@loopway/model";
import type { Member, MemberState } from "./fleet.ts";

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
}

/** GET /processes on a unix socket: `{ processes: ProcessStatus[] }`, in order of start. */
export function createStatusServer(members: () => readonly Member[]): Server {
  return createServer((request, response) => {
    const isKnown = request.method === "GET" && request.url === "/processes";
    const body = isKnown
      ? {
          processes: members()
            .map(statusOf)
            .sort(byOrder)
            .map(({ status }) => status),
        }
      : { error: "there is GET /processes" };
    response.writeHead(isKnown ? 200 : 404, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
}

function statusOf({ wish, child, state, restarts, sinceMs, bindings, lastEnd }: Member): { order: number; status: ProcessStatus } {
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
  };
  return { order: wish.order, status };
}

function byOrder(a: { order: number }, b: { order: number }): number {
  return a.order - b.order;
}
