import { createSocket } from "node:dgram";
import { type Address, formatAddress } from "@loopway/model";

/** `message` undefined: refused, or nothing that is accepted in time. `local`: our end, "" where there was no socket. */
interface UdpExchange {
  message: Buffer | undefined;
  local: string;
}

interface UdpOptions {
  timeoutMs: number;
  /** Whether a datagram is the answer; others are passed over (RFC 5452 section 9.1). */
  accepts(message: Buffer): boolean;
}

/** One message there and the first one back that is accepted. A socket of its own: another random port (RFC 5452 section 9.2), and only the server is heard. */
export function exchangeOverUdp(server: Address, octets: Uint8Array, { timeoutMs, accepts }: UdpOptions): Promise<UdpExchange> {
  const socket = createSocket("udp4");
  let local = "";
  return new Promise((resolve) => {
    const settle = (message?: Buffer) => {
      clearTimeout(timer);
      socket.removeAllListeners().on("error", () => undefined);
      socket.close();
      resolve({ message, local });
    };
    const timer = setTimeout(settle, timeoutMs);
    socket.on("error", () => settle());
    socket.on("message", (message) => {
      if (accepts(message)) settle(message);
    });
    socket.on("connect", () => {
      local = formatAddress(socket.address());
      socket.send(octets);
    });
    socket.connect(server.port, server.address);
  });
}
