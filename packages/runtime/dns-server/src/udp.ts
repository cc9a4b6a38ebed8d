import { createSocket, type Socket } from "node:dgram";
import { formatFailure, type Hop, log } from "@loopway/hop-kit";
import { type Address, formatAddress } from "@loopway/model";
import type { NameServer } from "./name-server.ts";

interface UdpOptions {
  virtual: Address;
  nameServer: NameServer;
}

export async function serveUdp(hop: Pick<Hop, "listenUdp" | "onDrain">, { virtual, nameServer }: UdpOptions): Promise<Address> {
  const socket: Socket = createSocket("udp4");
  const bound = await hop.listenUdp(socket, virtual);
  const local = formatAddress(bound);
  let isOpen = true;
  socket.on("error", (error) => log(`udp ${local}: ${formatFailure(error)}`));
  socket.on("message", (octets, { address, port }) => {
    const response = nameServer.answer(octets, { transport: "udp", local, remote: `${address}:${port}` });
    if (response instanceof Promise) void response.then((octets) => isOpen && socket.send(octets, port, address));
    else if (response !== undefined) socket.send(response, port, address);
  });
  hop.onDrain(() => {
    isOpen = false;
    socket.close();
  });
  return bound;
}
