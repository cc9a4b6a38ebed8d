/** Endpoints and clients in the test's own process, which tell who reached whom from where. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import type { Address } from "@loopway/model";
import { ENDPOINT_PORT } from "./hand-written.ts";

export interface Endpoint {
  close(): void;
}

/** Over TCP it says its name and the address that it sees, then echoes; over UDP it answers each datagram with the same. */
export async function startEndpoint(name: string, address: string): Promise<Endpoint> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined).write(`${name} ${socket.remoteAddress}`);
    socket.pipe(socket);
  });
  const udp = createSocket("udp4");
  udp.on("message", (_datagram, { address: source, port }) => udp.send(`${name} ${source}`, port, source));
  await once(server.listen(ENDPOINT_PORT, address), "listening");
  await once(udp.bind(ENDPOINT_PORT, address), "listening");
  return {
    close: () => {
      server.close();
      udp.close();
    },
  };
}

/** Its errors are those that `greeting` tells. */
export function dialFrom(localAddress: string, { address, port }: Address): Socket {
  const socket = connect({ host: address, port, localAddress }).setEncoding("latin1");
  return socket.on("error", () => undefined);
}

/** What comes first, "name address" of an endpoint or the code of an error; then the connection ends. */
export async function greeting(socket: Socket): Promise<string> {
  try {
    const [text] = (await once(socket, "data")) as [string];
    return text;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  } finally {
    socket.destroy();
  }
}

/** Of a flow, so many datagrams one after the other: what each is answered. Rejects where none comes within a second. */
export async function askUdp(from: Address, to: Address, datagrams: number): Promise<string[]> {
  const socket = createSocket("udp4").on("error", () => undefined);
  try {
    await once(socket.bind(from.port, from.address), "listening");
    const answers: string[] = [];
    while (answers.length < datagrams) {
      const answered = once(socket, "message", { signal: AbortSignal.timeout(1_000) });
      socket.send("who?", to.port, to.address);
      answers.push(String(((await answered) as [Buffer])[0]));
    }
    return answers;
  } finally {
    socket.close();
  }
}
