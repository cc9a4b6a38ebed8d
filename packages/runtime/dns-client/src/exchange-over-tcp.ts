import { connect } from "node:net";
import { type Address, formatAddress } from "@loopway/model";

/** `message` undefined: refused, closed without an answer, or silent for too long. `local`: our end, "" without a connection. */
interface TcpExchange {
  message: Buffer | undefined;
  local: string;
}

/** One DNS message there and the first one back, on a connection of its own. */
export function exchangeOverTcp(server: Address, octets: Uint8Array, timeoutMs: number): Promise<TcpExchange> {
  return new Promise((resolve) => {
    let local = "";
    let received = Buffer.alloc(0);
    const socket = connect({ host: server.address, port: server.port, noDelay: true });
    const settle = (message?: Buffer) => {
      socket.destroy();
      resolve({ message, local });
    };
    socket.setTimeout(timeoutMs, settle);
    socket.on("error", () => settle()).on("close", () => settle());
    socket.on("connect", () => {
      local = formatAddress({ address: socket.localAddress ?? "", port: socket.localPort ?? 0 });
      // RFC 1035 section 4.2.2: two octets of length before each message.
      socket.write(Buffer.concat([Uint8Array.of(octets.length >> 8, octets.length & 0xff), octets]));
    });
    socket.on("data", (bytes) => {
      received = Buffer.concat([received, bytes]);
      if (received.length < 2) return;
      const end = 2 + received.readUInt16BE(0);
      if (received.length >= end) settle(received.subarray(2, end));
    });
  });
}
