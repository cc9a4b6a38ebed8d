import { once } from "node:events";
import { connect, createServer, type Server } from "node:net";
import type { Address } from "@loopway/model";

/** The endpoint that greeted, by its place in the list; of a connection that failed the code. */
export type Choice = number | string;

export interface ChoiceLoad {
  virtual: Address;
  /** Where the connections come from, in turns. */
  clients: readonly string[];
  connections: number;
}

/** Endpoints that each greet with their place in the list and close. */
export async function listenAsEndpoints(endpoints: readonly Address[]): Promise<{ close(): void }> {
  const servers: Server[] = [];
  for (const [index, { address, port }] of endpoints.entries()) {
    const server = createServer((socket) => socket.on("error", () => undefined).end(String(index)));
    await once(server.listen(port, address), "listening");
    servers.push(server);
  }
  return { close: () => servers.forEach((server) => void server.close()) };
}

/** One connection after the other. */
export async function countChoices({ virtual, clients, connections }: ChoiceLoad): Promise<Choice[]> {
  const choices: Choice[] = [];
  for (let turn = 0; turn < connections; turn++) choices.push(await choose(virtual, clients[turn % clients.length]));
  return choices;
}

async function choose({ address, port }: Address, localAddress = "127.0.0.1"): Promise<Choice> {
  const socket = connect({ host: address, port, localAddress }).setEncoding("utf8");
  try {
    const [greeting] = (await once(socket, "data")) as [string];
    return Number(greeting);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  } finally {
    socket.destroy();
  }
}
