// Peer: a load balancer as one writes it on node:http and undici's pool, with the duties that ours has on a request's path: rule table,
// X-Forwarded-*, X-Amzn-Trace-Id, a line of ALB's access log, written in batches. No spans, no health checks.
// Arguments: LOAD, PORT of the backend, FOLDER for the log.
import { randomBytes } from "node:crypto";
import { openSync, write } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type Dispatcher, Pool } from "undici";
import { announceReady } from "../process/child.ts";
import { dropHopByHop, endToEnd } from "./end-to-end.ts";
import { createLookup } from "./lookup.ts";

const CONNECTIONS = 64;
const LOG_BATCH_MS = 10;
const [load = "", backendPort = "", folder = ""] = process.argv.slice(2);
const target = `127.0.0.1:${backendPort}`;
const hasRule = createLookup(load);
const pool = new Pool(`http://${target}`, { connections: CONNECTIONS });
const logFile = openSync(join(folder, "undici-access.log"), "a");
let waiting = "";

/** What became of one request, for its line. */
interface Account {
  request: IncomingMessage;
  traceId: string;
  startedAt: Date;
  startedMs: number;
  respondedMs: number;
  status: number;
  sentBytes: number;
}

function log({ request, traceId, startedAt, startedMs, respondedMs, status, sentBytes }: Account): void {
  const { method, url, headers, socket } = request;
  const seconds = ((respondedMs - startedMs) / 1000).toFixed(3);
  if (waiting === "") setTimeout(writeLog, LOG_BATCH_MS);
  waiting +=
    `http ${new Date().toISOString()} app/peer/0123456789abcdef ${socket.remoteAddress}:${socket.remotePort} ${target} 0.000 ${seconds} 0.000 ` +
    `${status} ${status} 0 ${sentBytes} "${method} http://${headers.host}${url} HTTP/1.1" "${headers["user-agent"] ?? "-"}" - - ` +
    `targetgroup/peer "Root=${traceId}" "-" "-" 1 ${startedAt.toISOString()} "forward" "-" "-" "${target}" "${status}" "-" "-" - "-" "-" "-"\n`;
}

function writeLog(): void {
  write(logFile, waiting, () => {});
  waiting = "";
}

function headersFor({ rawHeaders, headers, socket }: IncomingMessage, traceId: string): string[] {
  const before = headers["x-forwarded-for"];
  const forwardedFor = before === undefined ? (socket.remoteAddress ?? "") : `${before}, ${socket.remoteAddress}`;
  const own = [
    "X-Forwarded-For",
    forwardedFor,
    "X-Forwarded-Proto",
    "http",
    "X-Forwarded-Port",
    "80",
    "X-Amzn-Trace-Id",
    `Root=${traceId}`,
  ];
  return [...endToEnd(rawHeaders), ...own];
}

function passOn(response: ServerResponse, account: Account): Dispatcher.DispatchHandler {
  return {
    onRequestStart() {},
    onResponseStart(_, status, headers) {
      account.respondedMs = performance.now();
      account.status = status;
      dropHopByHop(headers);
      response.writeHead(status, headers);
    },
    onResponseData(_, chunk) {
      account.sentBytes += chunk.length;
      response.write(chunk);
    },
    onResponseEnd() {
      response.end();
      log(account);
    },
    onResponseError(_, error) {
      response.writeHead(502).end(String(error));
    },
  };
}

const server = createServer((request, response) => {
  if (!hasRule(request)) {
    response.writeHead(404).end();
    return;
  }
  const { url = "/", method = "GET" } = request;
  const traceId = `1-${Math.floor(Date.now() / 1000).toString(16)}-${randomBytes(12).toString("hex")}`;
  const account = { request, traceId, startedAt: new Date(), startedMs: performance.now(), respondedMs: 0, status: 0, sentBytes: 0 };
  pool.dispatch({ path: url, method, headers: headersFor(request, traceId), body: null }, passOn(response, account));
});
server.listen(0, "127.0.0.1", () => announceReady({ port: (server.address() as AddressInfo).port }));
