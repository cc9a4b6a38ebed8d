import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Hop } from "@loopway/hop-kit";
import type { PodPort } from "@loopway/kube";
import { formatAddress, type Pod } from "@loopway/model";
import { createAnswerer } from "./answer.ts";
import type { Drain } from "./drain.ts";
import type { EchoAnswer } from "./echo.ts";
import { type Connection, podSpan } from "./pod-span.ts";
import type { Stub } from "./stub.ts";

interface PodServerOptions {
  hop: Pick<Hop, "nowUs" | "report">;
  pod: Pod;
  podIP: string;
  port: PodPort;
  drain: Drain;
  stub: Stub;
  log: { line(text: string): void };
}

/** Longer than an ALB keeps an idle connection to its target (60 s by default), or requests would meet a connection that we just closed. */
const KEEP_ALIVE_MS = 75_000;
/** http.DefaultMaxHeaderBytes of Go, in which echo-basic is written. */
const MAX_HEAD_BYTES = 1 << 20;

/** One port of the pod: reads each request whole, answers it, reports a span for it. */
export function createPodServer(options: PodServerOptions): Server {
  const { hop, pod, port, drain, log } = options;
  const answerTo = createAnswerer(options);
  const connections = new WeakMap<Socket, Connection>();
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, maxHeaderSize: MAX_HEAD_BYTES, requestTimeout: 0, noDelay: true });
  server.on("connection", (socket) => connections.set(socket, connectionOf(socket)));
  server.on("request", (request, response) => {
    const connection = connections.get(request.socket);
    if (connection === undefined) throw new Error("a request on a connection that was never accepted");
    const startUs = hop.nowUs();
    const ordinal = connection.requests++;
    drain.began(isProbe(request));
    request.on("end", () => {
      const { method = "", url: target = "", rawHeaders, httpVersion } = request;
      const asked = { target, method, rawHeaders, host: request.headers.host ?? "", proto: `HTTP/${httpVersion}` };
      const answer = answerTo({ request: asked, remote: connection.remote, isProbe: isProbe(request) });
      if (answer.isEcho) log.line(`Echoing back request made to ${target} to client (${connection.remote})`);
      send(answer, { request, response, isDraining: drain.isDraining });
    });
    request.resume();
    response.on("close", () => {
      drain.ended();
      hop.report(podSpan({ pod, port, request, response, connection, ordinal, startUs, endUs: hop.nowUs() }));
    });
  });
  return server;
}

interface Arrived {
  request: IncomingMessage;
  response: ServerResponse;
  isDraining(): boolean;
}

function send({ status, headers, body, delayMs }: EchoAnswer, { request, response, isDraining }: Arrived): void {
  const write = () => {
    if (isDraining()) response.setHeader("Connection", "close");
    // Go says nothing about a connection that stays open; Node would.
    else if (request.httpVersion === "1.1") response.removeHeader("Connection");
    response.writeHead(status, status === 204 || status === 304 ? headers : { ...headers, "Content-Length": Buffer.byteLength(body) });
    response.end(body);
  };
  const timer = delayMs > 0 ? setTimeout(write, delayMs) : undefined;
  if (timer === undefined) write();
  else response.on("close", () => clearTimeout(timer));
}

function connectionOf(socket: Socket): Connection {
  const { localAddress = "", localPort = 0, remoteAddress = "", remotePort = 0 } = socket;
  return {
    socket,
    local: formatAddress({ address: localAddress, port: localPort }),
    remote: formatAddress({ address: remoteAddress, port: remotePort }),
    requests: 0,
    reportedIn: 0,
    reportedOut: 0,
  };
}

/** The kubelet's probes are no sign that traffic still comes. Kubernetes, "Configure Probes": their User-Agent is kube-probe/<version>. */
function isProbe(request: IncomingMessage): boolean {
  return request.headers["user-agent"]?.startsWith("kube-probe/") === true;
}
