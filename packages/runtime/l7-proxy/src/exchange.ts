/**
 * The face of the engine: one page that an application (alb, client) is written against.
 *
 *   socket ─accept▶ engine: reads a head ─▶ application.request(exchange, head)
 *                                                 │ now or later, exactly one of
 *                   forward ◀── tunnel ◀── answer ◀┴▶ abort
 *                      │ no response byte yet, and the upstream failed
 *                      └─▶ application.failed(exchange, failure) ─▶ answer or abort; or forward or tunnel once more
 *   whatever happened, once at the end: application.ended(exchange)
 *
 * The engine owns connections, parsing, framing, the order of pipelined requests, upstream pools, time-outs, back-pressure and drain.
 * It retries nothing by itself and adds no header but those of framing and connection.
 */
import type { Socket } from "node:net";
import type { Refusal, RequestHead } from "@loopway/http";

/** Where to send a request. Connections are pooled by `key`; two upstreams with one key must have one address. */
export interface Upstream {
  key: string;
  /** What is dialled (already looked up in the AddressBook). */
  address: string;
  port: number;
  /** Source address of the connection; chosen by the system when absent. */
  localAddress?: string;
  /** The connection serves one client connection alone and ends with it, as if the client had dialled itself. */
  isExclusive?: boolean;
}

/** Why an upstream gave no response that can be passed on. */
export type UpstreamFailure =
  | "refused"
  | "unreachable"
  | "connect-timeout"
  | "reset"
  | "closed"
  | "response-timeout"
  | "malformed-response"
  | "response-head-too-large"
  /** The pool was ended by `abortPool` with the request under way. */
  | "pool-aborted";

/** Why an exchange did not come to its proper end. `truncated`: the upstream failed when part of the response had already been passed on. */
export type ExchangeFailure = UpstreamFailure | "truncated" | "client-closed" | "request-timeout" | "malformed-body" | "aborted";

/** An answer of the hop's own. The engine adds Date, Content-Length and Connection; leaves out the body for HEAD. */
export interface Answer {
  status: number;
  /** Default: that of RFC 9110. */
  reason?: string;
  headers: Readonly<Record<string, string>>;
  body: string;
  /** Ends the downstream connection after it. */
  close?: boolean;
}

/** One side of an exchange: "address:port" of both ends as this process sees its socket, and which request on it this is, from 0. */
export interface ExchangeFlow {
  local: string;
  remote: string;
  ordinal: number;
}

/** One request and what became of it. Alive from its complete head until `ended`; do not keep it longer. */
export interface Exchange<Listener, State> {
  /** What was given to `accept`. */
  readonly listener: Listener;
  /** The client's address, without port. */
  readonly clientAddress: string;
  readonly downstream: ExchangeFlow;
  /** Absent when the head was refused. */
  readonly head: RequestHead | undefined;
  /** For the application alone. */
  state: State | undefined;
  /** Field lines of the hop's own, each with CRLF, behind those of the response that is passed on (not of an answer). Default: none. */
  responseFields: string;

  /**
   * Sends the request on. `head` is complete, blank line included, framed as the request is; the body follows as it arrives. Nothing is kept of
   * a body: in `failed` the request may be sent again only while `bytesIn` is still the size of its head. Throws otherwise.
   */
  forward(upstream: Upstream, head: string): void;
  answer(answer: Answer): void;
  /** CONNECT: dials, answers 200, then passes bytes both ways. (A 101 to a forwarded request becomes a tunnel by itself.) */
  tunnel(upstream: Upstream): void;
  /** Ends the downstream connection without a word. */
  abort(): void;

  /** Absent until a connection is there; the upstream's side of the flow, the last one's where the request was sent again. */
  readonly upstream: ExchangeFlow | undefined;
  /** Status sent to the client; 0 when none was. */
  readonly status: number;
  /** Status that the upstream sent; 0 when none arrived. */
  readonly upstreamStatus: number;
  readonly isTunnel: boolean;
  /** Of the last try. */
  readonly failure: ExchangeFailure | undefined;
  /** From the client, and to it; heads included. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Microseconds on the engine's clock; 0 where the exchange did not come so far. */
  readonly startUs: number;
  /** The head was handed to an upstream connection. */
  readonly dispatchedUs: number;
  /** The upstream's response head was complete. */
  readonly respondedUs: number;
  readonly endUs: number;
}

/** What is built on the engine. All four are called synchronously and must not throw. */
export interface Application<Listener, State> {
  request(exchange: Exchange<Listener, State>, head: RequestHead): void;
  /** The head (or, before anything was dispatched, the body) is refused: call `answer` or `abort`. The connection closes after it. */
  refused(exchange: Exchange<Listener, State>, refusal: Refusal): void;
  /** The upstream failed before its response was passed on: call `answer` or `abort`, or send the request again with `forward` or `tunnel`. */
  failed(exchange: Exchange<Listener, State>, failure: UpstreamFailure): void;
  /** Exactly once for each exchange that was announced by `request` or `refused`. */
  ended(exchange: Exchange<Listener, State>): void;
}

export interface EngineSettings {
  /** Microseconds since the epoch. */
  nowUs(): number;
  /** Default 60,000: ALB idle_timeout.timeout_seconds. */
  idleTimeoutMs?: number;
  /** Default 10,000: ALB. */
  connectTimeoutMs?: number;
  /** A connection to an upstream that is older leaves the pool after its response. Default: never. */
  upstreamLifetimeMs?: number;
}

export interface Engine<Listener> {
  /** Takes a connection over, as it comes from `net.createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: false })`. */
  accept(socket: Socket, listener: Listener): void;
  setIdleTimeout(ms: number): void;
  /** Ends the pool's idle connections now, busy ones after their response. A later `forward` with this key opens a new pool. */
  closePool(key: string): void;
  /** Destroys all connections of the pool; exchanges under way fail with `pool-aborted`. */
  abortPool(key: string): void;
  /** Ends idle downstream connections now and the others after their current response; resolves when none is left. */
  drain(): Promise<void>;
  /** Destroys everything. */
  destroy(): void;
}
