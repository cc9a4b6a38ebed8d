import type { Socket } from "node:net";
import type { Arrival, NameServer } from "./name-server.ts";

const LENGTH_OCTETS = 2;

/**
 * DNS over TCP (RFC 1035 §4.2.2, RFC 7766): messages behind two octets of length, any number on one connection, split and joined as
 * the network likes. A message that gets no answer over UDP ends the connection here.
 */
export class TcpConnection {
  private readonly socket: Socket;
  private readonly nameServer: NameServer;
  private readonly arrival: Arrival;
  /** Received and not yet read; joined only when a whole frame is there. */
  private chunks: Buffer[] = [];
  private received = 0;
  private needed = LENGTH_OCTETS;

  constructor(socket: Socket, { nameServer, idleMs }: { nameServer: NameServer; idleMs: number }) {
    this.socket = socket;
    this.nameServer = nameServer;
    this.arrival = {
      transport: "tcp",
      local: `${socket.localAddress}:${socket.localPort}`,
      remote: `${socket.remoteAddress}:${socket.remotePort}`,
    };
    socket.setTimeout(idleMs, () => socket.destroy());
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk: Buffer) => this.read(chunk));
    socket.on("drain", () => socket.resume());
  }

  private read(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.received += chunk.length;
    if (this.received < this.needed) return;
    const octets = this.chunks.length === 1 ? chunk : Buffer.concat(this.chunks, this.received);
    this.socket.cork();
    const rest = this.answerFrames(octets);
    this.socket.uncork();
    if (rest === undefined) {
      this.socket.end();
      return;
    }
    this.chunks = rest.length === 0 ? [] : [rest];
    this.received = rest.length;
    // A client that does not read its answers gets no more of them.
    if (this.socket.writableNeedDrain) this.socket.pause();
  }

  /** Answers every whole message; what remains is the beginning of the next. undefined: the connection is at its end. */
  private answerFrames(octets: Buffer): Buffer | undefined {
    let at = 0;
    while (at + LENGTH_OCTETS <= octets.length) {
      const length = octets.readUInt16BE(at);
      if (length === 0) return undefined;
      this.needed = LENGTH_OCTETS + length;
      if (at + this.needed > octets.length) return octets.subarray(at);
      const response = this.nameServer.answer(octets.subarray(at + LENGTH_OCTETS, at + this.needed), this.arrival);
      if (response === undefined) return undefined;
      // RFC 7766 §7: answers may overtake each other.
      if (response instanceof Promise) void response.then((later) => this.write(later));
      else this.write(response);
      at += this.needed;
      this.needed = LENGTH_OCTETS;
    }
    return octets.subarray(at);
  }

  /** Length and message in one write (RFC 7766 §8). */
  private write(response: Uint8Array): void {
    if (!this.socket.writable) return;
    const frame = Buffer.allocUnsafe(LENGTH_OCTETS + response.length);
    frame.writeUInt16BE(response.length, 0);
    frame.set(response, LENGTH_OCTETS);
    this.socket.write(frame);
  }
}
