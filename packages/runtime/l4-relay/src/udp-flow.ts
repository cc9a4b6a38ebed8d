import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { type Address, type FlowEnd, formatAddress } from "@loopway/model";
import type { RelayedConnection } from "./relay.ts";
import type { UdpRoute } from "./udp-relay.ts";

interface Ends {
  /** That of the listener, by which answers go back. */
  socket: UdpSocket;
  local: Address;
  client: Address;
  route: UdpRoute;
}

/** What may arrive before the upstream socket is connected; beyond it datagrams are lost, as they may be. */
const MAX_WAITING = 64;

/** The datagrams between one client port and one endpoint. */
export class UdpFlow implements RelayedConnection {
  readonly downstream: FlowEnd;
  upstream: FlowEnd | undefined;
  failure: string | undefined;
  /** Datagrams know no reset. */
  readonly resetBy = undefined;
  bytesIn = 0;
  bytesOut = 0;
  /** On the clock of performance.now. */
  expiresMs: number;
  readonly #ends: Ends;
  readonly #endpoint = createSocket("udp4");
  readonly #ended: (flow: UdpFlow) => void;
  #waiting: Buffer[] = [];
  #isAnswered = false;
  #isOver = false;

  constructor(ends: Ends, ended: (flow: UdpFlow) => void) {
    const { local, client, route } = ends;
    this.#ends = ends;
    this.#ended = ended;
    this.downstream = { protocol: "udp", local: formatAddress(local), remote: formatAddress(client) };
    this.expiresMs = performance.now() + route.idle.unansweredMs;
    this.#endpoint.on("error", (error) => this.#failed(error));
    this.#endpoint.on("message", (datagram) => this.#answer(datagram));
    this.#endpoint.on("connect", () => this.#connected());
    this.#endpoint.bind({ port: 0, ...(route.localAddress === undefined ? {} : { address: route.localAddress }), exclusive: true }, () => {
      if (!this.#isOver) this.#endpoint.connect(route.dial.port, route.dial.address);
    });
  }

  get dial(): Address {
    return this.#ends.route.dial;
  }

  forward(datagram: Buffer): void {
    this.bytesIn += datagram.length;
    this.#touch();
    if (this.upstream !== undefined) this.#endpoint.send(datagram);
    else if (this.#waiting.length < MAX_WAITING) this.#waiting.push(datagram);
  }

  reset(): void {
    this.end();
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#endpoint.close();
    this.#ended(this);
    this.#ends.route.closed(this);
  }

  #connected(): void {
    if (this.#isOver) return;
    const { address, port } = this.#endpoint.address();
    this.upstream = { protocol: "udp", local: formatAddress({ address, port }), remote: formatAddress(this.dial) };
    this.#ends.route.opened(this);
    for (const datagram of this.#waiting) this.#endpoint.send(datagram);
    this.#waiting = [];
  }

  #answer(datagram: Buffer): void {
    this.bytesOut += datagram.length;
    this.#isAnswered = true;
    this.#touch();
    const { socket, client } = this.#ends;
    // The listener may be closed while its flows live on.
    try {
      socket.send(datagram, client.port, client.address);
    } catch {
      this.end();
    }
  }

  #touch(): void {
    const { answeredMs, unansweredMs } = this.#ends.route.idle;
    this.expiresMs = performance.now() + (this.#isAnswered ? answeredMs : unansweredMs);
  }

  #failed(error: Error): void {
    this.failure ??= "code" in error ? String(error.code) : error.message;
    this.end();
  }
}
