/**
 * One relayed connection: two sockets, half-closed and reset as the other one is.
 *
 *   client ──bytes──▶ downstream ──write──▶ upstream ──bytes──▶ endpoint       end → end, error → reset, each way
 *          ◀─────────            ◀──write──          ◀─────────
 *
 * A side that takes bytes slower than they come stops the reading of the other (write false → pause, drain → resume).
 */
import { connect, type Socket } from "node:net";
import { type FlowEnd, formatAddress } from "@loopway/model";
import { ReadBuffer } from "./read-buffer.ts";
import type { RelayedConnection, RelayRoute } from "./relay.ts";
import { isSpokenOver, resetSocket } from "./reset-socket.ts";
import { isPortTaken, SourcePorts } from "./source-ports.ts";

const sourcePorts = new SourcePorts(Math.random);
/** How the system tells that the other side has reset, or refused, a connection. */
const RESETS = new Set(["ECONNRESET", "ECONNREFUSED", "EPIPE"]);
/** Ports that somebody else has are few; at last the system chooses. */
const BIND_TRIES = 8;

export class RelayConnection implements RelayedConnection {
  readonly downstream: FlowEnd;
  upstream: FlowEnd | undefined;
  failure: string | undefined;
  resetBy: RelayedConnection["resetBy"];
  readonly #client: Socket;
  #endpoint: Socket;
  readonly #route: RelayRoute;
  readonly #ended: (connection: RelayConnection) => void;
  #readBuffer = new ReadBuffer();
  #open = 2;
  #isExpired = false;
  #movedBytes = 0;
  #movedMs = performance.now();

  constructor(client: Socket, route: RelayRoute, ended: (connection: RelayConnection) => void) {
    this.downstream = flowEndOf(client);
    this.#client = client;
    this.#route = route;
    this.#ended = ended;
    this.#endpoint = this.#dial(BIND_TRIES);
    route.dialling?.(this);
    // What it has said already would be lost with a dial that is repeated.
    if (isSpokenOver(client)) client.pause();
    client.on("data", (bytes) => {
      if (this.#isExpired) this.reset();
      else if (!this.#endpoint.write(bytes)) client.pause();
    });
    client.on("drain", () => this.#endpoint.resume());
    client.on("end", () => this.#endpoint.end());
    client.on("error", (error) => this.#failed(error, this.#endpoint));
    client.on("close", () => this.#closed());
  }

  get bytesIn(): number {
    return this.#client.bytesRead;
  }

  get bytesOut(): number {
    return this.#endpoint.bytesRead;
  }

  reset(): void {
    this.resetBy ??= "relay";
    for (const socket of [this.#client, this.#endpoint]) resetSocket(socket);
  }

  /** `nowMs` on the clock of performance.now; called again and again. */
  expireWhenIdle(nowMs: number): void {
    const { idleMs } = this.#route;
    const bytes = this.bytesIn + this.bytesOut;
    if (bytes !== this.#movedBytes) {
      this.#movedBytes = bytes;
      this.#movedMs = nowMs;
    } else if (idleMs !== undefined && nowMs - this.#movedMs >= idleMs) this.#isExpired = true;
  }

  /** Now, whatever is under way. */
  destroy(): void {
    this.#client.destroy();
    this.#endpoint.destroy();
  }

  #dial(triesLeft: number): Socket {
    const { dial, localAddress, preamble, secure } = this.#route;
    const readBuffer = new ReadBuffer();
    this.#readBuffer = readBuffer;
    const onread = { buffer: () => readBuffer.next() as Buffer, callback: (size: number) => this.#read(size) };
    const tcp = connect({
      host: dial.address,
      port: dial.port,
      ...(localAddress === undefined ? {} : { localAddress, localPort: triesLeft > 0 ? sourcePorts.next(localAddress) : 0 }),
      allowHalfOpen: true,
      noDelay: true,
      ...(secure === undefined ? { onread } : {}),
    });
    if (preamble !== undefined) tcp.write(preamble);
    tcp.on("connect", () => this.#connected(tcp));
    tcp.on("error", (error) => {
      // Told before anything was read from the client: what is to be sent is the preamble alone.
      if (triesLeft > 0 && isPortTaken(error) && !this.#client.destroyed) this.#endpoint = this.#dial(triesLeft - 1);
      else this.#failed(error, this.#client);
    });
    const endpoint = secure === undefined ? tcp : secure(tcp);
    if (endpoint !== tcp) {
      endpoint.on("data", (bytes) => this.#pass(bytes));
      endpoint.on("error", (error) => this.#failed(error, this.#client));
    }
    endpoint.on("drain", () => this.#client.resume());
    endpoint.on("end", () => this.#client.end());
    endpoint.on("close", () => {
      if (endpoint === this.#endpoint) this.#closed();
    });
    return endpoint;
  }

  #connected(tcp: Socket): void {
    this.upstream = flowEndOf(tcp);
    this.#route.connected(this);
    if (isSpokenOver(this.#client)) this.#client.resume();
  }

  #read(size: number): boolean {
    if (this.#isExpired) {
      this.reset();
      return true;
    }
    const { bytes, isOwn } = this.#readBuffer.take(size);
    const isWelcome = this.#client.write(bytes);
    // What went out at once asks for a pause as well; only what did not is still in the buffer.
    if (isOwn ? this.#client.writableLength > 0 : !isWelcome) this.#endpoint.pause();
    return true;
  }

  /** Decrypted bytes of the upstream. */
  #pass(bytes: Buffer): void {
    if (this.#isExpired) this.reset();
    else if (!this.#client.write(bytes)) this.#endpoint.pause();
  }

  #failed(error: Error, other: Socket): void {
    this.failure ??= "code" in error ? String(error.code) : error.message;
    this.resetBy ??= other !== this.#client ? "client" : RESETS.has(this.failure) ? "upstream" : "relay";
    resetSocket(other);
  }

  #closed(): void {
    this.#open--;
    if (this.#open > 0) return;
    this.#readBuffer.release(this.#client.writableLength > 0);
    this.#ended(this);
    this.#route.closed(this);
  }
}

export function flowEndOf({ localAddress = "", localPort = 0, remoteAddress = "", remotePort = 0 }: Socket): FlowEnd {
  return {
    protocol: "tcp",
    local: formatAddress({ address: localAddress, port: localPort }),
    remote: formatAddress({ address: remoteAddress, port: remotePort }),
  };
}
