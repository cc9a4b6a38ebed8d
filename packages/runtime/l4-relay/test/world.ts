import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import type { Address } from "@loopway/model";
import { onTestFinished } from "vitest";
import { createRelay, type RelayedConnection } from "../src/index.ts";

async function listen(server: Server): Promise<Address> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { address, port } = server.address() as AddressInfo;
  return { address, port };
}

/** Listens, keeps what it accepts. */
export async function endpoint(accept: (socket: Socket) => void): Promise<Address> {
  return await listen(
    createServer({ allowHalfOpen: true }, (socket) => {
      onTestFinished(() => void socket.destroy());
      accept(socket);
    }),
  );
}

export function dial({ address, port }: Address): Socket {
  const socket = connect({ host: address, port, allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  return socket;
}

interface Told {
  connected: RelayedConnection[];
  closed: RelayedConnection[];
}

/** A relay to one endpoint, and what its route was told. */
export async function relayTo(target: Address | undefined, localAddress?: string) {
  const relay = createRelay();
  const told: Told = { connected: [], closed: [] };
  const server = relay.createServer(() => {
    if (target === undefined) return undefined;
    return {
      dial: target,
      ...(localAddress === undefined ? {} : { localAddress }),
      connected: (connection) => void told.connected.push(connection),
      closed: (connection) => void told.closed.push(connection),
    };
  });
  return { address: await listen(server), relay, told };
}

/** The code of the error that ends this socket, or "end". */
export function fate(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    socket.on("error", (error) => resolve("code" in error ? String(error.code) : error.message));
    socket.on("close", () => resolve("end"));
  });
}

export async function readAll(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
