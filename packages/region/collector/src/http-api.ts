import { createServer, type Server } from "node:http";
import type { AssembledTrace } from "./assemble.ts";
import { collectorStats, latestTraces, traceOfFlow } from "./query.ts";
import type { SpanStore } from "./span-store.ts";

export interface HttpApiOptions {
  store: SpanStore;
  /** Calls back after each arrival of spans, until the returned function is called. */
  onSpans(callback: () => void): () => void;
  /** Lines that were no spans. */
  malformed(): number;
  nowUs(): number;
}

const DEFAULT_LIMIT = 20;
const MAX_WAIT_MS = 30_000;
/** A request whose trace is asked for ended just now: older ones on the same flow had the port before. */
const RECENT_US = 5_000_000;

/**
 * GET /traces?flow=<address:port>&to=<address:port>&ordinal=<n>[&wait=<ms>][&after=<us>]
 *                                                                       {"trace": TraceNode, "complete": boolean}, or {} where none came
 * GET /traces[?limit=<n>]                                                {"traces": TraceNode[]}, the latest first
 * GET /stats                                                             CollectorStats and the count of malformed lines
 */
export function createHttpApi(options: HttpApiOptions): Server {
  const { store, malformed } = options;
  return createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://collector");
    const number = (name: string, otherwise: number) => Number(searchParams.get(name) ?? otherwise);
    const answer = (status: number, body: unknown) => {
      response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
    };
    const flow = searchParams.get("flow");
    if (request.method !== "GET") answer(405, { message: "only GET" });
    else if (pathname === "/stats") answer(200, { ...collectorStats(store), malformed: malformed() });
    else if (pathname !== "/traces") answer(404, { message: "ask /traces or /stats" });
    else if (flow === null) answer(200, { traces: latestTraces(store, number("limit", DEFAULT_LIMIT)) });
    else {
      const afterUs = number("after", options.nowUs() - RECENT_US);
      const waitMs = Math.min(number("wait", 0), MAX_WAIT_MS);
      answer(
        200,
        (await waitForTrace(options, { flow, to: searchParams.get("to") ?? "", ordinal: number("ordinal", 0), afterUs }, waitMs)) ?? {},
      );
    }
  });
}

/** As soon as the trace is complete; after `waitMs` as far as it has come. */
function waitForTrace(
  { store, onSpans }: HttpApiOptions,
  query: Parameters<typeof traceOfFlow>[1],
  waitMs: number,
): Promise<AssembledTrace | undefined> {
  return new Promise((resolve) => {
    const settle = () => {
      clearTimeout(timer);
      stop();
      resolve(traceOfFlow(store, query));
    };
    const tryNow = () => {
      if (traceOfFlow(store, query)?.complete === true) settle();
    };
    const timer = setTimeout(settle, waitMs);
    const stop = onSpans(tryNow);
    tryNow();
  });
}
