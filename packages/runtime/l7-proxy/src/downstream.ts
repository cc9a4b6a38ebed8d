/**
 * One client connection: reads requests in order, asks the application, writes responses in the same order.
 *
 *   head ─▶ exchange ─▶ (discard: rest of a body nobody wanted) ─▶ head …
 *              ├─ 101, CONNECT ─▶ tunnel
 *              └─ last response ─▶ closing: input is read and dropped, so that no RST overtakes the response
 */
import type { Socket } from "node:net";
import {
  formatResponseHead,
  headerValue,
  MAX_REQUEST_HEAD,
  parseRequestHead,
  type Refusal,
  type ResponseHead,
  refuse,
  refuseIncomplete,
} from "@loopway/http";
import { formatAddress } from "@loopway/model";
import { formatAnswer } from "./answer.ts";
import { Body } from "./body.ts";
import type { Core } from "./core.ts";
import type { Answer, Upstream, UpstreamFailure } from "./exchange.ts";
import { LiveExchange } from "./live-exchange.ts";
import type { UpstreamConnection } from "./upstream-connection.ts";

/** Bytes of pipelined requests, or of a body whose exchange is undecided, that are read ahead. */
const READ_AHEAD = MAX_REQUEST_HEAD;

/** Most heads are smaller. */
const HEAD_PROBE = 8 * 1024;

const transferEncoding: ReadonlySet<string> = new Set(["transfer-encoding"]);
const nothing: ReadonlySet<string> = new Set();

export class Downstream {
  readonly core: Core;
  readonly socket: Socket;
  readonly listener: unknown;
  readonly clientAddress: string;
  readonly local: string;
  readonly remote: string;
  exchangeCount = 0;
  /** Tick of the last byte on either side. */
  lastActive: number;
  #phase: "head" | "exchange" | "discard" | "tunnel" | "closing" = "head";
  #exchange: LiveExchange | undefined;
  /** Read and not yet consumed. */
  #pending: Buffer | undefined;
  readonly #body = new Body();
  /** Another request may follow the present one. */
  #isPersistent = true;
  /** Exclusive upstream connection of the last request. */
  #kept: UpstreamConnection | undefined;
  #isAdvancing = false;
  #isPaused = false;

  constructor(core: Core, socket: Socket, listener: unknown) {
    this.core = core;
    this.socket = socket;
    this.listener = listener;
    this.lastActive = core.tick;
    this.clientAddress = socket.remoteAddress ?? "";
    this.remote = formatAddress({ address: this.clientAddress, port: socket.remotePort ?? 0 });
    this.local = formatAddress({ address: socket.localAddress ?? "", port: socket.localPort ?? 0 });
    socket.on("data", (bytes: Buffer) => this.#read(bytes));
    socket.on("drain", () => this.#drained());
    socket.on("end", () => this.#clientEnded());
    socket.on("error", () => {});
    socket.on("close", () => this.#closed());
  }

  get isRequestDone(): boolean {
    return this.#body.isDone;
  }

  #read(bytes: Buffer): void {
    this.lastActive = this.core.tick;
    if (this.#phase === "closing") return;
    this.#pending = this.#pending === undefined ? bytes : Buffer.concat([this.#pending, bytes]);
    this.#advance();
  }

  #drained(): void {
    this.#exchange?.connection?.socket.resume();
    this.resume();
    this.#advance();
  }

  /** Consumes what is pending, as far as the phase allows. */
  #advance(): void {
    if (this.#isAdvancing) return;
    this.#isAdvancing = true;
    while (this.#pending !== undefined && this.#consume(this.#pending)) {
      // consumed something; there may be more
    }
    this.#isAdvancing = false;
    if (this.#pending !== undefined && this.#pending.length > READ_AHEAD && this.#phase !== "tunnel") this.pause();
  }

  /** Whether it is worth trying again with what is left. */
  #consume(bytes: Buffer): boolean {
    switch (this.#phase) {
      case "head":
        // A client that pipelines and does not read its responses has to wait.
        return !this.socket.writableNeedDrain && this.#readHead(bytes);
      case "exchange":
        return !this.#body.isDone && this.#exchange?.connection !== undefined && this.#passBody(this.#exchange);
      case "discard":
        return this.#discardBody();
      case "tunnel":
        this.#pending = undefined;
        this.#passTunnel(bytes);
        return false;
      case "closing":
        this.#pending = undefined;
        return false;
    }
  }

  #readHead(bytes: Buffer): boolean {
    let start = 0;
    // RFC 9112 section 2.2: empty lines before a request line are skipped.
    while (bytes[start] === 13 && bytes[start + 1] === 10) start += 2;
    if (start === bytes.length) {
      this.#pending = undefined;
      return false;
    }
    // The parser wants the head as text anyway, and a search in text costs a third of one in bytes.
    let text = bytes.toString("latin1", start, Math.min(bytes.length, start + HEAD_PROBE));
    let end = text.indexOf("\r\n\r\n") + 4;
    if (end < 4 && bytes.length > start + HEAD_PROBE) {
      text = bytes.toString("latin1", start, bytes.length);
      end = text.indexOf("\r\n\r\n") + 4;
    }
    if (end < 4) {
      const refusal = refuseIncomplete(text);
      if (refusal !== undefined) this.#refuse(new LiveExchange(this, undefined, bytes.length), refusal);
      return false;
    }
    this.#pending = start + end === bytes.length ? undefined : bytes.subarray(start + end);
    const head = parseRequestHead(text.slice(0, end));
    if (head.kind === "refusal") {
      this.#refuse(new LiveExchange(this, undefined, end), head);
      return false;
    }
    const exchange = new LiveExchange(this, head, head.sizeBytes);
    this.#exchange = exchange;
    this.#phase = "exchange";
    this.#isPersistent = head.isPersistent && !exchange.isAmbiguous;
    this.#body.begin(head.framing);
    this.core.application.request(exchange, head);
    return true;
  }

  /** The connection's framing is lost, or the client too slow: one answer, and the end. */
  #refuse(exchange: LiveExchange, refusal: Refusal): void {
    this.#exchange = exchange;
    this.#phase = "exchange";
    this.#isPersistent = false;
    this.#pending = undefined;
    exchange.isUndecided = true;
    this.core.application.refused(exchange, refusal);
  }

  forward(exchange: LiveExchange, upstream: Upstream, head: string): void {
    const body = this.#takeBody(exchange);
    if (body === null) return;
    const connection = upstream.isExclusive === true ? this.#takeKept(upstream) : this.core.pools.acquire(this.core, upstream);
    connection.send(exchange, head, body);
    this.resume();
    this.#advance();
  }

  /** Ready for the next request of this client to the same upstream. */
  keep(connection: UpstreamConnection): void {
    this.#kept = connection;
  }

  #takeKept(upstream: Upstream): UpstreamConnection {
    const kept = this.#kept;
    this.#kept = undefined;
    if (kept?.isOpen === true && kept.pool.key === upstream.key) return kept;
    kept?.end();
    return this.core.pools.dial(this.core, upstream);
  }

  tunnel(exchange: LiveExchange, upstream: Upstream): void {
    this.core.pools.dial(this.core, upstream).tunnel(exchange);
  }

  /** What is pending of the request's body; null when it is malformed and has been refused. */
  #takeBody(exchange: LiveExchange): Buffer | undefined | null {
    const bytes = this.#pending;
    if (bytes === undefined || this.#body.isDone) return undefined;
    const end = this.#body.take(bytes, 0);
    if (end < 0) {
      this.#refuseBody(exchange);
      return null;
    }
    this.#pending = end === bytes.length ? undefined : bytes.subarray(end);
    exchange.bytesIn += end;
    return end === bytes.length ? bytes : bytes.subarray(0, end);
  }

  #passBody(exchange: LiveExchange): boolean {
    const part = this.#takeBody(exchange);
    if (part === null) return false;
    if (part !== undefined && exchange.connection?.socket.write(part) === false) this.pause();
    return true;
  }

  /** The target must not see a complete message: its connection goes with the request. */
  #refuseBody(exchange: LiveExchange): void {
    exchange.connection?.destroy();
    exchange.failure = "malformed-body";
    if (exchange.status === 0) this.#refuse(exchange, refuse(400, "BadChunk"));
    else this.#abandon(exchange);
  }

  #discardBody(): boolean {
    const bytes = this.#pending ?? Buffer.alloc(0);
    const end = this.#body.take(bytes, 0);
    if (end < 0) {
      this.#close();
      return false;
    }
    this.#pending = end === bytes.length ? undefined : bytes.subarray(end);
    if (this.#body.isDone) this.#phase = "head";
    return true;
  }

  #passTunnel(bytes: Buffer): void {
    const exchange = this.#exchange;
    if (exchange === undefined) return;
    exchange.bytesIn += bytes.length;
    if (exchange.connection?.socket.write(bytes) === false) this.pause();
  }

  /** The head as the client gets it; undefined: as it came. `endsWithClose`: only the end of the connection ends this response. */
  beginResponse(exchange: LiveExchange, head: ResponseHead, endsWithClose: boolean): string | undefined {
    if (endsWithClose || this.core.isDraining) this.#isPersistent = false;
    const isOld = exchange.head?.minorVersion === 0;
    const connection = this.#isPersistent ? (isOld ? "keep-alive" : "") : "close";
    if (connection === "" && head.isEndToEnd && exchange.responseFields === "") return undefined;
    return withFields(formatResponseHead(head, connection, isOld ? transferEncoding : nothing), exchange.responseFields);
  }

  /** False when the client takes no more for now: the writer must pause its source until `drain`. */
  write(exchange: LiveExchange, content: string | Buffer): boolean {
    exchange.bytesOut += content.length;
    return typeof content === "string" ? this.socket.write(content, "latin1") : this.socket.write(content);
  }

  beginTunnel(exchange: LiveExchange, head: string): void {
    exchange.isTunnel = true;
    exchange.status = exchange.upstreamStatus === 101 ? 101 : 200;
    this.#phase = "tunnel";
    this.write(exchange, withFields(head, exchange.responseFields));
    this.resume();
    this.#advance();
  }

  answer(exchange: LiveExchange, answer: Answer): void {
    const mayExpect = !this.#body.isDone && exchange.head !== undefined && headerValue(exchange.head, "expect") !== undefined;
    // After a final answer nobody knows whether a client that waits for 100 sends its body (RFC 9110 section 10.1.1).
    if (answer.close === true || this.core.isDraining || mayExpect) this.#isPersistent = false;
    const text = formatAnswer(answer, { nowUs: this.core.nowUs(), isPersistent: this.#isPersistent, isHead: exchange.isHeadRequest });
    exchange.status = answer.status;
    exchange.bytesOut += Buffer.byteLength(text);
    this.socket.write(text);
    this.finish(exchange);
  }

  abort(exchange: LiveExchange): void {
    exchange.failure ??= "aborted";
    this.#abandon(exchange);
  }

  /** The response has been written whole. */
  finish(exchange: LiveExchange): void {
    // What an upstream has not taken of a body is not read to its end either.
    const canContinue = this.#body.isDone || exchange.dispatchedUs === 0;
    this.#conclude(exchange);
    if (this.#isPersistent && canContinue && !this.core.isDraining) {
      this.#phase = this.#body.isDone ? "head" : "discard";
      this.resume();
      this.#advance();
    } else this.#close();
  }

  upstreamFailed(exchange: LiveExchange, failure: UpstreamFailure): void {
    if (exchange.status === 0) {
      exchange.failure = failure;
      exchange.isUndecided = true;
      this.core.application.failed(exchange, failure);
    } else if (exchange.isTunnel) this.socket.destroySoon();
    else {
      exchange.failure = "truncated";
      this.#abandon(exchange);
    }
  }

  #conclude(exchange: LiveExchange): void {
    this.#exchange = undefined;
    exchange.isUndecided = false;
    exchange.endUs = this.core.nowUs();
    this.core.application.ended(exchange);
  }

  /** Without a word: the client sees its connection break off. */
  #abandon(exchange: LiveExchange): void {
    exchange.connection?.destroy();
    this.#conclude(exchange);
    this.#phase = "closing";
    this.socket.destroy();
  }

  #close(): void {
    this.#phase = "closing";
    this.#pending = undefined;
    this.lastActive = this.core.tick;
    this.socket.end();
    this.resume();
  }

  #clientEnded(): void {
    if (this.#phase === "tunnel") this.#exchange?.connection?.socket.end();
    else if (this.#phase === "head") this.#close();
    else this.socket.destroy();
  }

  #closed(): void {
    const exchange = this.#exchange;
    this.#phase = "closing";
    this.#kept?.end();
    if (exchange !== undefined) {
      if (!exchange.isTunnel) exchange.failure = "client-closed";
      const { connection } = exchange;
      if (exchange.isTunnel) connection?.end();
      else connection?.destroy();
      this.#conclude(exchange);
    }
    this.core.forget(this);
  }

  pause(): void {
    this.#isPaused = true;
    this.socket.pause();
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.socket.resume();
  }

  /** Once per tick. */
  sweep(): void {
    const age = this.core.tick - this.lastActive;
    const exchange = this.#exchange;
    const connection = exchange?.connection;
    if (connection?.isConnecting === true && this.core.tick - connection.idleSince > this.core.connectTicks)
      connection.fail("connect-timeout");
    else if (this.#phase === "closing") {
      if (age > this.core.lingerTicks) this.socket.destroy();
    } else if (age > this.core.idleTicks) this.#timeOut(exchange);
  }

  #timeOut(exchange: LiveExchange | undefined): void {
    if (this.#phase === "head") {
      if (this.#pending === undefined) this.#close();
      else this.#refuse(new LiveExchange(this, undefined, this.#pending.length), refuse(408, "RequestTimeout"));
    } else if (exchange === undefined || exchange.isTunnel) this.socket.destroy();
    else if (exchange.status !== 0) {
      exchange.failure = "truncated";
      this.#abandon(exchange);
    } else if (!this.#body.isDone && !this.#isPaused) {
      exchange.connection?.destroy();
      exchange.failure = "request-timeout";
      this.#refuse(exchange, refuse(408, "RequestTimeout"));
    } else if (exchange.connection !== undefined) exchange.connection.fail("response-timeout");
    else this.upstreamFailed(exchange, "response-timeout");
  }

  /** Ends it now when nothing is under way, else after the present response. A tunnel has no such end. */
  drain(): void {
    if (this.#phase === "head" && this.#pending === undefined) this.#close();
    else if (this.#phase === "tunnel") this.socket.destroy();
  }
}

/** Puts field lines before the blank line of a head. */
function withFields(head: string, fields: string): string {
  return fields === "" ? head : `${head.slice(0, -2)}${fields}\r\n`;
}
