/** One connection to an upstream: sends one request at a time, reads its response, goes back to its pool. */
import { connect, type NetConnectOpts, type Socket } from "node:net";
import {
  CHUNKED,
  formatResponseHead,
  isWebSocket,
  MAX_RESPONSE_HEAD,
  parseResponseHead,
  type ResponseHead,
  UNTIL_CLOSE,
} from "@loopway/http";
import { formatAddress } from "@loopway/model";
import { Body } from "./body.ts";
import type { Core } from "./core.ts";
import type { Upstream, UpstreamFailure } from "./exchange.ts";
import type { LiveExchange } from "./live-exchange.ts";
import type { Pool } from "./pools.ts";

/** Head and body up to this size leave in one write. */
const ONE_WRITE = 16 * 1024;

const failuresByErrno: Readonly<Record<string, UpstreamFailure>> = { ECONNREFUSED: "refused", ECONNRESET: "reset", EPIPE: "reset" };

/** A read that holds a whole response head: `text` is the beginning of `bytes` in latin1, at least up to the head's end. */
interface HeadRead {
  bytes: Buffer;
  text: string;
  end: number;
}

export class UpstreamConnection {
  readonly core: Core;
  readonly pool: Pool;
  readonly socket: Socket;
  /** Tick of the last return to the pool. */
  idleSince = 0;
  isConnecting = true;
  readonly #bornAt: number;
  readonly #remote: string;
  readonly #isExclusive: boolean;
  #local = "";
  #requestCount = 0;
  #exchange: LiveExchange | undefined;
  #phase: "head" | "body" | "tunnel" = "head";
  /** Beginning of a response head that came in pieces. */
  #partialHead: Buffer | undefined;
  readonly #body = new Body();
  #isReusable = false;
  /** Chunks are taken apart for an HTTP/1.0 client. */
  #isDechunking = false;

  constructor(core: Core, pool: Pool, upstream: Upstream) {
    this.core = core;
    this.pool = pool;
    this.idleSince = core.tick;
    this.#bornAt = core.tick;
    this.#remote = formatAddress(upstream);
    this.#isExclusive = upstream.isExclusive === true;
    const options: NetConnectOpts = {
      host: upstream.address,
      port: upstream.port,
      noDelay: true,
      allowHalfOpen: true,
      onread: {
        buffer: core.readBuffer,
        callback: (length) => {
          this.#read(core.readBuffer.subarray(0, length));
          return true;
        },
      },
    };
    if (upstream.localAddress !== undefined) options.localAddress = upstream.localAddress;
    this.socket = connect(options);
    this.socket.on("connect", () => this.#connected());
    this.socket.on("drain", () => this.#exchange?.client.resume());
    this.socket.on("end", () => this.#ended());
    this.socket.on("error", (error: NodeJS.ErrnoException) => this.fail(this.#failureOf(error)));
    this.socket.on("close", () => this.fail("closed"));
    pool.connections.add(this);
  }

  /** False from its end on, whoever ended it, and where its pool takes no more requests. */
  get isOpen(): boolean {
    return !this.pool.isClosed && this.pool.connections.has(this);
  }

  #failureOf({ code = "" }: NodeJS.ErrnoException): UpstreamFailure {
    return failuresByErrno[code] ?? (this.isConnecting ? "unreachable" : "reset");
  }

  #connected(): void {
    this.isConnecting = false;
    this.#local = formatAddress({ address: this.socket.localAddress ?? "", port: this.socket.localPort ?? 0 });
    const exchange = this.#exchange;
    if (exchange === undefined) return;
    exchange.upstream = { local: this.#local, remote: this.#remote, ordinal: 0 };
    if (this.#phase === "tunnel") exchange.client.beginTunnel(exchange, "HTTP/1.1 200 Connection Established\r\n\r\n");
  }

  /** Sends head and what has arrived of the body; the client's connection passes on the rest. */
  send(exchange: LiveExchange, head: string, body: Buffer | undefined): void {
    this.#attach(exchange);
    this.#phase = "head";
    if (body === undefined) this.socket.write(head, "latin1");
    else if (body.length <= ONE_WRITE) this.socket.write(head + body.toString("latin1"), "latin1");
    else {
      this.socket.cork();
      this.socket.write(head, "latin1");
      this.socket.write(body);
      this.socket.uncork();
    }
  }

  /** Serves one CONNECT request; never pooled. */
  tunnel(exchange: LiveExchange): void {
    this.#attach(exchange);
    this.#phase = "tunnel";
  }

  #attach(exchange: LiveExchange): void {
    this.#exchange = exchange;
    exchange.connection = this;
    exchange.failure = undefined;
    exchange.dispatchedUs = this.core.nowUs();
    const ordinal = this.#requestCount++;
    exchange.upstream = this.isConnecting ? undefined : { local: this.#local, remote: this.#remote, ordinal };
  }

  #detach(exchange: LiveExchange): void {
    this.#exchange = undefined;
    exchange.connection = undefined;
  }

  #read(bytes: Buffer): void {
    const exchange = this.#exchange;
    if (exchange === undefined) {
      // Bytes that nobody asked for: the connection's framing is lost.
      this.destroy();
      return;
    }
    exchange.client.lastActive = this.core.tick;
    if (this.#phase === "head") this.#readHead(exchange, bytes);
    else if (this.#phase === "body") this.#passBody(exchange, bytes);
    else this.#passOn(exchange, bytes);
  }

  /** The read buffer is shared: what is written later is copied. */
  #passOn(exchange: LiveExchange, bytes: Buffer): void {
    if (bytes.length > 0 && !exchange.client.write(exchange, Buffer.from(bytes))) this.socket.pause();
  }

  #readHead(exchange: LiveExchange, piece: Buffer): void {
    const bytes = this.#partialHead === undefined ? piece : Buffer.concat([this.#partialHead, piece]);
    this.#partialHead = undefined;
    let text = bytes.toString("latin1", 0, Math.min(bytes.length, ONE_WRITE));
    let end = text.indexOf("\r\n\r\n") + 4;
    if (end < 4 && bytes.length > ONE_WRITE) {
      text = bytes.toString("latin1", 0, Math.min(bytes.length, MAX_RESPONSE_HEAD));
      end = text.indexOf("\r\n\r\n") + 4;
    }
    if (end >= 4) this.#readResponse(exchange, parseResponseHead(text, end), { bytes, text, end });
    else if (bytes.length <= MAX_RESPONSE_HEAD) this.#partialHead = Buffer.from(bytes);
    else this.fail("response-head-too-large");
  }

  #readResponse(exchange: LiveExchange, head: ResponseHead | undefined, read: HeadRead): void {
    if (head === undefined) this.fail("malformed-response");
    else if (head.status === 101) this.#switchProtocols(exchange, head, read.bytes.subarray(read.end));
    else if (head.status >= 200) this.#beginResponse(exchange, head, read);
    else {
      // Interim responses pass, but not to HTTP/1.0 (RFC 9110 section 15.2).
      if (exchange.head?.minorVersion === 1) exchange.client.write(exchange, formatResponseHead(head, ""));
      if (read.end < read.bytes.length) this.#readHead(exchange, read.bytes.subarray(read.end));
    }
  }

  #beginResponse(exchange: LiveExchange, head: ResponseHead, read: HeadRead): void {
    exchange.respondedUs = this.core.nowUs();
    exchange.upstreamStatus = head.status;
    const framing = exchange.isHeadRequest ? 0 : head.framing;
    this.#body.begin(framing);
    this.#phase = "body";
    this.#isReusable = head.isPersistent && framing !== UNTIL_CLOSE;
    this.#isDechunking = framing === CHUNKED && exchange.head?.minorVersion === 0;
    const headText = exchange.client.beginResponse(exchange, head, framing === UNTIL_CLOSE || this.#isDechunking);
    if (this.#isDechunking) {
      exchange.client.write(exchange, headText ?? "");
      this.#passBody(exchange, read.bytes.subarray(read.end));
    } else this.#passResponse(exchange, headText, read);
  }

  /** Head and what came of the body with it; a whole response leaves in one write. `headText` undefined: the head goes as it came. */
  #passResponse(exchange: LiveExchange, headText: string | undefined, { bytes, text, end }: HeadRead): void {
    const bodyEnd = this.#body.take(bytes, end);
    if (bodyEnd < 0) {
      this.fail("malformed-response");
      return;
    }
    const { client } = exchange;
    exchange.status = exchange.upstreamStatus;
    const start = headText === undefined ? 0 : end;
    if (bodyEnd <= text.length) client.write(exchange, (headText ?? "") + text.slice(start, bodyEnd));
    else {
      client.socket.cork();
      client.write(exchange, headText ?? text.slice(0, end));
      this.#passOn(exchange, bytes.subarray(end, bodyEnd));
      client.socket.uncork();
    }
    if (this.#body.isDone) this.#finish(exchange, bodyEnd === bytes.length);
  }

  #passBody(exchange: LiveExchange, bytes: Buffer): void {
    const data: Uint8Array[] | undefined = this.#isDechunking ? [] : undefined;
    const end = this.#body.take(bytes, 0, data);
    if (end < 0) {
      this.fail("malformed-response");
      return;
    }
    exchange.status = exchange.upstreamStatus;
    if (data === undefined) this.#passOn(exchange, bytes.subarray(0, end));
    else exchange.client.write(exchange, Buffer.concat(data));
    if (this.#body.isDone) this.#finish(exchange, end === bytes.length);
  }

  #finish(exchange: LiveExchange, isClean: boolean): void {
    this.#detach(exchange);
    this.idleSince = this.core.tick;
    const isRequestDone = exchange.client.isRequestDone;
    if (isClean && isRequestDone && !exchange.isAmbiguous && this.#isWorthKeeping()) {
      this.#phase = "head";
      if (this.#isExclusive) exchange.client.keep(this);
      else this.pool.idle.push(this);
    } else if (isRequestDone) this.end();
    else this.destroy();
    exchange.client.finish(exchange);
  }

  #isWorthKeeping(): boolean {
    const { tick, upstreamLifetimeTicks } = this.core;
    return this.#isReusable && !this.pool.isClosed && !this.socket.destroyed && tick - this.#bornAt < upstreamLifetimeTicks;
  }

  #switchProtocols(exchange: LiveExchange, head: ResponseHead, rest: Buffer): void {
    if (!isWebSocket(exchange.head?.upgrade) || head.upgrade === undefined) {
      this.fail("malformed-response");
      return;
    }
    exchange.respondedUs = this.core.nowUs();
    exchange.upstreamStatus = 101;
    this.#phase = "tunnel";
    exchange.client.beginTunnel(exchange, formatResponseHead(head, "upgrade"));
    this.#passOn(exchange, rest);
  }

  #ended(): void {
    const exchange = this.#exchange;
    if (exchange === undefined) this.end();
    else if (this.#phase === "tunnel") exchange.client.socket.end();
    else if (this.#phase === "body" && this.#body.isUntilClose) {
      this.#detach(exchange);
      this.end();
      exchange.client.finish(exchange);
    } else this.fail("closed");
  }

  /** The connection is lost, or given up. What that means for the request is decided downstream. */
  fail(failure: UpstreamFailure): void {
    this.core.pools.remove(this);
    const exchange = this.#exchange;
    this.socket.destroy();
    if (exchange === undefined) return;
    this.#detach(exchange);
    exchange.client.upstreamFailed(exchange, failure);
  }

  /** Ends it in peace; nothing is under way. */
  end(): void {
    this.core.pools.remove(this);
    this.socket.destroySoon();
  }

  /** The exchange goes on without it. */
  destroy(): void {
    if (this.#exchange !== undefined) this.#detach(this.#exchange);
    this.core.pools.remove(this);
    this.socket.destroy();
  }
}
