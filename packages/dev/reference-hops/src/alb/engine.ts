/**
 * An ALB on node:http and http-proxy 1.18, over the table, the targets and the log of ours. What a request meets is written once more here, so that
 * two engines can be held against each other; where they differ, and why: README.md.
 */
import { type ClientRequest, createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import {
  type AlbEngine,
  type AlbSurroundings,
  beginState,
  type Connection,
  chooseGroup,
  errorPage,
  type RequestState,
  SERVER,
  statusOfFailure,
  TARGET_CONNECTION_LIFETIME_MS,
  traceFor,
  transformHead,
} from "@loopway/alb";
import { appendForwardedFor, hostAtTarget, hostnameOf, type RequestHead } from "@loopway/http";
import type { Answer, UpstreamFailure } from "@loopway/l7-proxy";
import { buildLocation, type CompiledRule, matchRule } from "@loopway/routing";
import httpProxy from "http-proxy";
import { Account, type ClientSocket, flowOf } from "./account.ts";
import { readHead } from "./read-head.ts";
import { TargetAgents } from "./target-agents.ts";

const IDLE_TIMEOUT_MS = 60_000;
const MAX_HEAD = 65_536;
/** RFC 9110 section 7.6.1. Expect: node:http has answered it. */
const notPassedOn = ["connection", "keep-alive", "proxy-connection", "te", "upgrade", "expect"];
const failureByCode: Readonly<Record<string, UpstreamFailure>> = {
  ECONNREFUSED: "refused",
  EHOSTUNREACH: "unreachable",
  ENETUNREACH: "unreachable",
  ECONNRESET: "reset",
};

/** One request on its way. */
interface Passage {
  request: IncomingMessage;
  response: ServerResponse;
  account: Account;
  state: RequestState;
  /** Request target for the target, byte for byte. */
  target: string;
  cookies: string;
  sent?: ClientRequest;
}

export class HttpProxyEngine implements AlbEngine {
  readonly #nowUs: () => number;
  readonly #surroundings: AlbSurroundings;
  readonly #clients = new Map<Socket, ClientSocket>();
  readonly #agents = new TargetAgents(TARGET_CONNECTION_LIFETIME_MS);
  readonly #passages = new WeakMap<IncomingMessage, Passage>();
  readonly #requestCounts = new WeakMap<Socket, number>();
  readonly #proxy = httpProxy.createProxyServer({});
  readonly #server: Server;
  #idleTimeoutMs = IDLE_TIMEOUT_MS;
  #isDraining = false;

  constructor(nowUs: () => number, surroundings: AlbSurroundings) {
    this.#nowUs = nowUs;
    this.#surroundings = surroundings;
    this.#server = createServer({ maxHeaderSize: MAX_HEAD }, (request, response) => this.#request(request, response));
    this.#server.on("clientError", (error: Error & { code?: string }, socket) => {
      const status = error.code === "HPE_HEADER_OVERFLOW" ? 414 : error.code === "ERR_HTTP_REQUEST_TIMEOUT" ? 408 : 400;
      const { body } = errorPage(status);
      const head = `HTTP/1.1 ${status} -\r\nServer: ${SERVER}\r\nContent-Type: text/html\r\nContent-Length: ${body.length}\r\nConnection: close`;
      if (socket.writable) socket.end(`${head}\r\n\r\n${body}`);
    });
    this.#proxy.on("proxyReq", (sent, request) => this.#dispatched(sent, request));
    this.#proxy.on("proxyRes", (received, request) => this.#responded(received, request));
  }

  accept(socket: Socket, connection: Connection): void {
    this.#clients.set(socket, { connection, requestCount: 0, bytesRead: 0, bytesWritten: 0 });
    socket.on("close", () => this.#clients.delete(socket));
    this.#server.emit("connection", socket);
  }

  setIdleTimeout(ms: number): void {
    this.#idleTimeoutMs = ms;
    this.#server.keepAliveTimeout = ms;
  }

  closePool(key: string): void {
    this.#agents.close(key);
  }

  abortPool(key: string): void {
    this.#agents.abort(key);
  }

  async drain(): Promise<void> {
    this.#isDraining = true;
    // It does not listen itself: this ends its idle connections, the others end with their response.
    this.#server.close(() => undefined);
    await Promise.all([...this.#clients.keys()].map((socket) => new Promise((resolve) => socket.once("close", resolve))));
    this.#agents.closeAll();
  }

  #request(request: IncomingMessage, response: ServerResponse): void {
    const client = this.#clients.get(request.socket);
    const current = client?.connection.entry.current;
    if (client === undefined || current === undefined) {
      request.destroy();
      return;
    }
    const head = readHead(request);
    const startUs = this.#nowUs();
    const { rules, defaultRule } = current.listener;
    const host = hostnameOf(head.authority).toLowerCase();
    const index = matchRule(rules, { ...head, host, sourceIp: request.socket.remoteAddress ?? "" });
    const rule = rules.rules[index] ?? defaultRule;
    const passage: Passage = {
      request,
      response,
      account: new Account(request, client, { head, startUs }),
      state: beginState(current.table, traceFor(head, startUs), rule),
      target: head.target,
      cookies: "",
    };
    this.#passages.set(request, passage);
    response.on("close", () => this.#ended(passage));
    if (head.method === "TRACE") fail(passage, 405);
    else this.#act(passage, rule);
  }

  #act(passage: Passage, { action, decision, transforms }: CompiledRule): void {
    const { account, state } = passage;
    const { head } = account;
    if (action.kind === "fixed-response") {
      if (decision.priority === "default" && action.status === 404) state.code = "ELB_404";
      answer(passage, { status: action.status, headers: { Server: SERVER, "Content-Type": action.contentType }, body: action.body });
    } else if (action.kind === "redirect") {
      const { listenerPort } = account.listener.entry;
      const host = hostnameOf(head.authority === "" ? account.downstream.local : head.authority);
      const location = buildLocation(action.config, { protocol: "http", host, listenerPort, path: head.path, query: head.query });
      if (location === undefined) fail(passage, 500);
      else {
        state.redirectUrl = location;
        answer(passage, errorPage(action.config.statusCode === "HTTP_302" ? 302 : 301, { headers: { Location: location } }));
      }
    } else if (action.kind === "forward") {
      const chosen = chooseGroup(action, head, { nowUs: account.startUs, random: this.#surroundings.random() });
      passage.cookies = chosen.cookies;
      state.targetGroup = chosen.name ?? "";
      state.group = this.#surroundings.targetGroups.get(state.targetGroup);
      const transformed = transforms === undefined ? undefined : transformHead(head, transforms);
      state.transform = transformed?.logged;
      if (transformed !== undefined && transformed.head === undefined) fail(passage, 500);
      else this.#forward(passage, transformed?.head ?? head);
    } else fail(passage, 500);
  }

  #forward(passage: Passage, head: RequestHead): void {
    const { request, response, account, state } = passage;
    const forwardedFor = appendForwardedFor(head, request.socket.remoteAddress ?? "");
    const target = forwardedFor === undefined ? undefined : state.group?.take();
    if (forwardedFor === undefined || state.group === undefined || target === undefined) {
      fail(passage, forwardedFor === undefined ? 463 : 503);
      return;
    }
    Object.assign(state, { target, health: target.record.state, candidates: state.group.candidateCount });
    passage.target = head.target;
    const { listenerPort } = account.listener.entry;
    const authority = head.authority === "" ? hostnameOf(account.downstream.local) : head.authority;
    for (const name of [...notPassedOn, ...head.connectionNames]) delete request.headers[name];
    const headers = {
      host: hostAtTarget(authority, listenerPort),
      connection: "keep-alive",
      "x-forwarded-for": forwardedFor,
      "x-forwarded-proto": "http",
      "x-forwarded-port": String(listenerPort),
      "x-amzn-trace-id": state.trace.value,
    };
    const { address: host, port, key } = target;
    const agent = this.#agents.get(key, performance.now());
    this.#proxy.web(request, response, { target: { host, port }, agent, headers, proxyTimeout: this.#idleTimeoutMs }, (error) => {
      account.failure ??= failureByCode[error.code ?? ""] ?? "malformed-response";
      if (response.headersSent) response.destroy();
      else fail(passage, statusOfFailure(account.failure as UpstreamFailure));
    });
  }

  #dispatched(sent: ClientRequest, request: IncomingMessage): void {
    const passage = this.#passages.get(request);
    const { socket } = sent;
    if (passage === undefined || socket === null) return;
    const { account } = passage;
    passage.sent = sent;
    // http-proxy joins paths and thereby merges slashes.
    sent.path = passage.target;
    sent.on("timeout", () => {
      account.failure = "response-timeout";
    });
    const note = () => {
      const ordinal = this.#requestCounts.get(socket) ?? 0;
      this.#requestCounts.set(socket, ordinal + 1);
      account.upstream = { ...flowOf(socket), ordinal };
      account.dispatchedUs = this.#nowUs();
    };
    if (socket.connecting) socket.once("connect", note);
    else note();
  }

  #responded(received: IncomingMessage, request: IncomingMessage): void {
    const passage = this.#passages.get(request);
    if (passage === undefined) return;
    const { account, response, cookies } = passage;
    account.respondedUs = this.#nowUs();
    account.upstreamStatus = received.statusCode ?? 0;
    // Of its own connection; http-proxy would pass it on as the client's.
    delete received.headers["keep-alive"];
    received.headers.connection = this.#isDraining || account.head.connectionNames.includes("close") ? "close" : "keep-alive";
    const lines = cookies.split("\r\n").filter((line) => line !== "");
    if (lines.length > 0)
      received.headers["set-cookie"] = [
        ...(received.headers["set-cookie"] ?? []),
        ...lines.map((line) => line.slice("Set-Cookie: ".length)),
      ];
    // http-proxy pipes, and a pipe does not tell of an early end.
    received.on("close", () => {
      if (received.complete) return;
      account.failure ??= "truncated";
      response.destroy();
    });
  }

  #ended({ account, state, request, response, sent }: Passage): void {
    // http-proxy waits for "aborted", which node:http no longer emits once the request was read.
    if (!response.writableFinished) sent?.destroy();
    account.status = response.headersSent ? response.statusCode : 0;
    if (!response.writableFinished) account.failure ??= "client-closed";
    account.end(request.socket, this.#nowUs());
    if (state.target !== undefined) state.group?.release(state.target);
    if (account.failure === "client-closed") state.code = "ELB_460";
    else if (account.failure === "truncated") state.code = "ELB_502";
    this.#surroundings.ended(account, state);
  }
}

function answer({ response }: Passage, { status, reason, headers, body }: Answer): void {
  if (reason !== undefined) response.statusMessage = reason;
  response.writeHead(status, { ...headers, "Content-Length": Buffer.byteLength(body) }).end(body);
}

function fail(passage: Passage, status: number): void {
  passage.state.code = `ELB_${status}`;
  answer(passage, errorPage(status));
}
