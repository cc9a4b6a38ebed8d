import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Hop } from "@loopway/hop-kit";
import { type PodPort, probePaths } from "@loopway/kube";
import { formatAddress, type Pod } from "@loopway/model";
import type { Drain } from "./drain.ts";
import { type EchoContext, echo } from "./echo.ts";
import { type Connection, podSpan } from "./pod-span.ts";

interface PodServerOptions {
  hop: Pick<Hop, "nowUs" | "report">;
  pod: Pod;
  port: PodPort;
  drain: Drain;
  log: { line(text: string): void };
}

/** Longer than an ALB keeps an idle connection to its target (60 s by default), or requests would meet a connection that we just closed. */
const KEEP_ALIVE_MS = 75_000;
/** http.DefaultMaxHeaderBytes of Go, in which echo-basic is written. */
const MAX_HEAD_BYTES = 1 << 20;

/** One port of the pod: reads each request whole, answers it, reports a span for it. */
export function createPodServer(options: PodServerOptions): Server {
  const { hop, pod, port, drain } = options;
  const context = contextOf(pod, port);
  const connections = new WeakMap<Socket, Connection>();
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, maxHeaderSize: MAX_HEAD_BYTES, requestTimeout: 0, noDelay: true });
  server.on("connection", (socket) => connections.set(socket, connectionOf(socket)));
  server.on("request", (request, response) => {
    const connection = connections.get(request.socket);
    if (connection === undefined) throw new Error("a request on a connection that was never accepted");
    const startUs = hop.nowUs();
    const ordinal = connection.requests++;
    drain.began(isProbe(request));
    request.on("end", () => answer(options, context, { request, response, remote: connection.remote }));
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
  remote: string;
}

function answer({ drain, log }: PodServerOptions, context: EchoContext, { request, response, remote }: Arrived): void {
  const { method = "", url: target = "", rawHeaders, httpVersion } = request;
  const { status, headers, body, delayMs, isEcho } = echo(
    { target, method, rawHeaders, host: request.headers.host ?? "", proto: `HTTP/${httpVersion}` },
    context,
  );
  if (isEcho) log.line(`Echoing back request made to ${target} to client (${remote})`);
  const send = () => {
    if (drain.isDraining()) response.setHeader("Connection", "close");
    // Go says nothing about a connection that stays open; Node would.
    else if (httpVersion === "1.1") response.removeHeader("Connection");
    response.writeHead(status, status === 204 || status === 304 ? headers : { ...headers, "Content-Length": Buffer.byteLength(body) });
    response.end(body);
  };
  const timer = delayMs > 0 ? setTimeout(send, delayMs) : undefined;
  if (timer === undefined) send();
  else response.on("close", () => clearTimeout(timer));
}

/** echo-basic reads its names from the environment; a manifest that sets them is believed, else the pod's own are told. */
function contextOf(pod: Pod, { port, container }: PodPort): EchoContext {
  const env = pod.spec.containers.find(({ name }) => name === container)?.env ?? [];
  const variable = (name: string) => env.find((entry) => entry.name === name)?.value;
  return {
    httpPort: String(port),
    namespace: variable("NAMESPACE") ?? pod.metadata.namespace ?? "default",
    ingress: variable("INGRESS_NAME") ?? "",
    service: variable("SERVICE_NAME") ?? "",
    pod: variable("POD_NAME") ?? pod.metadata.name,
    probePaths: probePaths(pod),
  };
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
