import { createServer, type Server, type Socket } from "node:net";
import type { Hop } from "@loopway/hop-kit";
import type { Address } from "@loopway/model";
import type { NameServer } from "./name-server.ts";
import { TcpConnection } from "./tcp-connection.ts";

/** More at once are refused: each costs a socket, and a resolver needs one. */
const MAX_CONNECTIONS = 1000;
/** RFC 7766 §6.2.3 asks for a few seconds; a message that never ends is waited for as long. */
const IDLE_MS = 10_000;

interface TcpOptions {
  virtual: Address;
  nameServer: NameServer;
  idleMs?: number;
}

export async function serveTcp(
  hop: Pick<Hop, "listen" | "onDrain">,
  { virtual, nameServer, idleMs = IDLE_MS }: TcpOptions,
): Promise<Address> {
  const connections = new Set<Socket>();
  const server: Server = createServer({ noDelay: true }, (socket) => {
    connections.add(socket);
    socket.on("close", () => connections.delete(socket));
    new TcpConnection(socket, { nameServer, idleMs });
  });
  server.maxConnections = MAX_CONNECTIONS;
  const bound = await hop.listen(server, virtual);
  hop.onDrain(() => {
    server.close();
    // Every query that was read has been answered: what is left is to send it.
    for (const socket of connections) socket.end();
  });
  return bound;
}
