import { randomBytes } from "node:crypto";
import { type ClientRequestArgs, request } from "node:http";
import type { Socket } from "node:net";
import { type Address, LoopwayError } from "@loopway/model";
import type { Connection } from "./connection.ts";
import { readProcesses } from "./processes.ts";

export interface TracedRequest {
  url: URL;
  /** As it was written: a load balancer matches the raw path, which URL would normalise. */
  target: string;
  method: string;
  headers: Record<string, string>;
}

/** Our socket's two ends, by which the trace is found. */
interface Ends {
  flow: string;
  to: string;
}

/** Sends the request through the forward proxy, asking every hop to keep its span; resolves when it is answered or, after a tunnel stood, has failed. `sender`: "NAMESPACE/NAME" of the pod in whose place it is sent. */
export async function sendTraced({ runFile }: Connection, traced: TracedRequest, sender?: string): Promise<Ends> {
  const { proxy } = await readProcesses(runFile);
  const place = sender === undefined ? {} : { "proxy-authorization": `Basic ${Buffer.from(`pod/${sender}:`).toString("base64")}` };
  const asked = { "user-agent": "loopway-trace", "x-amzn-trace-id": newTraceHeader() };
  const headers = { host: traced.url.host, ...asked, connection: "close", ...traced.headers };
  const sent =
    traced.url.protocol === "https:"
      ? sendInTunnel(proxy, { ...traced, headers }, { ...asked, ...place })
      : sendAbsolute(proxy, { ...traced, headers: { ...headers, ...place } });
  return sent.catch((error: Error) => {
    throw new LoopwayError("E_STATE", { state: runFile.stateDir, reason: `forward proxy: ${error.message}` }, { cause: error });
  });
}

function sendAbsolute({ address: host, port }: Address, { method, target: path, headers }: TracedRequest): Promise<Ends> {
  return new Promise((resolve, reject) => {
    const sent = request({ host, port, method, path, headers, agent: false }, (answer) => {
      const ends = endsOf(answer.socket);
      answer
        .resume()
        .on("end", () => resolve(ends))
        .on("error", reject);
    });
    sent.on("error", reject).end();
  });
}

/** https: CONNECT, then TLS with whoever is there. A handshake that fails is what the trace is to show. */
function sendInTunnel({ address: host, port }: Address, traced: TracedRequest, asked: Record<string, string>): Promise<Ends> {
  const { hostname, port: wished } = traced.url;
  const authority = `${hostname}:${wished === "" ? 443 : wished}`;
  return new Promise((resolve, reject) => {
    const options = { host, port, method: "CONNECT", path: authority, headers: { host: authority, ...asked }, agent: false };
    const sent = request(options, (answer) => {
      const ends = endsOf(answer.socket);
      answer.resume().on("end", () => resolve(ends));
    });
    sent.on("connect", (answer, socket: Socket) => {
      const ends = endsOf(socket);
      const end = () => {
        socket.destroy();
        resolve(ends);
      };
      if (answer.statusCode === 200) sendSecure(socket, traced, end);
      else end();
    });
    sent.on("error", reject).end();
  });
}

function sendSecure(socket: Socket, { url, target, method, headers }: TracedRequest, done: () => void): void {
  const { connect } = process.getBuiltinModule("node:tls");
  // Nobody's identity is relied on: the trace tells which certificate was shown.
  const isName = !/^[\d.]+$|^\[/.test(url.hostname);
  const stream = connect({ socket, rejectUnauthorized: false, ...(isName ? { servername: url.hostname } : {}) });
  const path = target.replace(/^https:\/\/[^/?#]*/i, "") || "/";
  const options: ClientRequestArgs = { method, path: path.startsWith("/") ? path : `/${path}`, headers, createConnection: () => stream };
  const sent = request(options, (answer) => answer.resume().on("end", done).on("error", done));
  sent.on("error", done).end();
}

function endsOf({ localAddress, localPort, remoteAddress, remotePort }: Socket): Ends {
  return { flow: `${localAddress}:${localPort}`, to: `${remoteAddress}:${remotePort}` };
}

/** AWS X-Ray's form; `Sampled=1` asks for the trace of this request. */
function newTraceHeader(): string {
  return `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${randomBytes(12).toString("hex")};Sampled=1`;
}
