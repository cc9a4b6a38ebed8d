import { readFileSync } from "node:fs";
import { Agent, type ClientRequest, type IncomingMessage, type RequestOptions, request } from "node:http";
import { connect } from "node:net";
import type { ApiEndpoint } from "@loopway/model";

export interface ApiRequest {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** With query. */
  path: string;
  /** Sent as JSON. */
  body?: unknown;
  /** application/json unless given; patches have types of their own. */
  contentType?: string;
  signal?: AbortSignal | undefined;
}

export interface ApiTransport {
  /** Resolves with the head of the answer. `kept`: over a kept-alive connection; a watch has a connection of its own. */
  open(request: ApiRequest, kept: boolean): Promise<IncomingMessage>;
  /** Resolves as soon as something accepts connections where the API lives: one prober, however many wait. */
  reachable(): Promise<void>;
  close(): void;
}

/** Probing is a bare connect: quick while the control plane starts, slower when it stays away. */
const QUICK_PROBE_MS = 20;
const QUICK_PROBES = 500;
const SLOW_PROBE_MS = 250;

/** Others wait their turn. A unix socket refuses (EAGAIN) what its backlog, 511 in Node, cannot hold, and the API takes one request at a time. */
const MAX_CONNECTIONS = 64;
const pooling = { keepAlive: true, maxSockets: MAX_CONNECTIONS };

export function createApiTransport(endpoint: ApiEndpoint): ApiTransport {
  const dial = dialOptions(endpoint);
  const agent = dial.createAgent();
  let probing: Promise<void> | undefined;
  let isClosed = false;

  const open = async (call: ApiRequest, kept: boolean): Promise<IncomingMessage> => {
    const body = call.body === undefined ? undefined : JSON.stringify(call.body);
    const headers: Record<string, string> = { accept: "application/json", ...dial.headers };
    if (body !== undefined) {
      headers["content-type"] = call.contentType ?? "application/json";
      headers["content-length"] = String(Buffer.byteLength(body));
    }
    const options: RequestOptions = { ...dial.options, method: call.method, path: call.path, headers, agent: kept ? agent : false };
    for (;;) {
      const attempt = dial.request(call.signal === undefined ? options : { ...options, signal: call.signal });
      try {
        return await headOf(attempt, body);
      } catch (error) {
        // The server closed a kept connection just as we reused it: nothing was read of this request.
        if (!attempt.reusedSocket || call.signal?.aborted === true || isClosed) throw error;
      }
    }
  };

  const probe = async (): Promise<void> => {
    for (let probes = 0; !isClosed; probes++) {
      if (await accepts(dial.target)) return;
      await new Promise((resolve) => setTimeout(resolve, probes < QUICK_PROBES ? QUICK_PROBE_MS : SLOW_PROBE_MS));
    }
  };

  return {
    open,
    reachable: () => {
      probing ??= probe().finally(() => {
        probing = undefined;
      });
      return probing;
    },
    close: () => {
      isClosed = true;
      agent.destroy();
    },
  };
}

function headOf(attempt: ClientRequest, body: string | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    attempt.once("response", resolve).on("error", reject).end(body);
  });
}

type Target = { path: string } | { host: string; port: number };

interface Dial {
  target: Target;
  options: RequestOptions;
  headers: Record<string, string>;
  request(options: RequestOptions): ClientRequest;
  createAgent(): Agent;
}

function dialOptions({ server, token, caFile }: ApiEndpoint): Dial {
  if (server.startsWith("unix:")) {
    const path = server.slice("unix:".length);
    return {
      target: { path },
      options: { socketPath: path, host: "localhost" },
      headers: {},
      request,
      createAgent: () => new Agent(pooling),
    };
  }
  const url = new URL(server);
  const ca = caFile === undefined ? {} : { ca: readFileSync(caFile) };
  const port = Number(url.port === "" ? 443 : url.port);
  // Loaded only here: TLS costs a process some megabytes, and hops speak over the unix socket.
  const https = process.getBuiltinModule("node:https");
  return {
    target: { host: url.hostname, port },
    options: { host: url.hostname, port, ...ca },
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    request: (options) => https.request(options),
    createAgent: () => new https.Agent(pooling),
  };
}

function accepts(target: Target): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(target);
    const settle = (isAccepted: boolean) => {
      socket.destroy();
      resolve(isAccepted);
    };
    socket.once("connect", () => settle(true)).once("error", () => settle(false));
  });
}
