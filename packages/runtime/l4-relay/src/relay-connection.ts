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
import type { RelayedConnection, RelayRoute } from "./relay.ts";

/**
 * Upstreams are read into this one buffer and copied out: a third faster than a fresh 64 KiB buffer for each read. The callback has copied
 * before the next read, so that all connections can share it.
 */
const READ_BUFFER = Buffer.allocUnsafeSlow(256 * 1024);

export class RelayConnection implements RelayedConnection {
  readonly downstream: FlowEnd;
  upstream: FlowEnd | undefined;
  failure: string | undefined;
  readonly #client: Socket;
  readonly #endpoint: Socket;
  readonly #route: RelayRoute;
  readonly #ended: (connection: RelayConnection) => void;
  #open = 2;
  #isExpired = false;
  #movedBytes = 0;
  #movedMs = performance.now();

  constructor(client: Socket, route: RelayRoute, ended: (connection: RelayConnection) => void) {
    this.downstream = flowEndOf(client);
    this.#client = client;
    this.#route = route;
    this.#ended = ended;
    this.#endpoint = connect({
      host: route.dial.address,
      port: route.dial.port,
      ...(route.localAddress === undefined ? {} : { localAddress: route.localAddress }),
      allowHalfOpen: true,
      noDelay: true,
      onread: { buffer: READ_BUFFER, callback: (size) => this.#read(size) },
    });
    this.#endpoint.on("connect", () => this.#connected());
    if (route.preamble !== undefined) this.#endpoint.write(route.preamble);
    client.on("data", (bytes) => {
      if (this.#isExpired) this.reset();
      else if (!this.#endpoint.write(bytes)) client.pause();
    });
    this.#link(client, this.#endpoint);
    this.#link(this.#endpoint, client);
  }

  get bytesIn(): number {
    return this.#client.bytesRead;
  }

  get bytesOut(): number {
    return this.#endpoint.bytesRead;
  }

  reset(): void {
    for (const socket of [this.#client, this.#endpoint]) {
      // While it connects, a socket cannot reset but only give up.
      if (socket.connecting) socket.destroy();
      else socket.resetAndDestroy();
    }
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

  #connected(): void {
    this.upstream = flowEndOf(this.#endpoint);
    this.#route.connected(this);
  }

  #read(size: number): boolean {
    if (this.#isExpired) {
      this.reset();
      return true;
    }
    const bytes = Buffer.allocUnsafe(size);
    READ_BUFFER.copy(bytes, 0, 0, size);
    if (!this.#client.write(bytes)) this.#endpoint.pause();
    return true;
  }

  #link(from: Socket, to: Socket): void {
    to.on("drain", () => from.resume());
    from.on("end", () => to.end());
    from.on("error", (error) => this.#failed(error, to));
    from.on("close", () => this.#closed());
  }

  #failed(error: Error, other: Socket): void {
    this.failure ??= "code" in error ? String(error.code) : error.message;
    // While it connects, a socket cannot reset but only give up.
    if (other.connecting) other.destroy();
    else other.resetAndDestroy();
  }

  #closed(): void {
    this.#open--;
    if (this.#open > 0) return;
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
