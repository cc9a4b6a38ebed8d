import { Agent, request } from "node:http";
import type { World } from "./world.ts";

export interface Answer {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: string;
}

/** What echo-basic answers with, as far as tests read it. */
export interface Echo {
  path: string;
  host: string;
  method: string;
  headers: Record<string, string[]>;
  namespace: string;
  pod: string;
}

/** A client of one world's forward proxy; `connections` sockets, kept alive. */
export interface ProxyClient {
  send(url: string, headers?: Record<string, string>, method?: string): Promise<Answer>;
  close(): void;
}

export function openProxyClient(world: Pick<World, "proxy">, connections = 1): ProxyClient {
  const { hostname, port } = new URL(world.proxy);
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  return {
    send: (url, headers = {}, method = "GET") =>
      new Promise((resolve, reject) => {
        const sent = request(
          { host: hostname, port, path: url, method, agent, headers: { host: new URL(url).host, ...headers } },
          (answer) => {
            let body = "";
            answer.setEncoding("utf8");
            answer.on("data", (chunk) => {
              body += chunk;
            });
            answer.on("end", () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body })).on("error", reject);
          },
        );
        sent.on("error", reject).end();
      }),
    close: () => agent.destroy(),
  };
}

/** One request on a connection of its own. */
export async function sendOnce(world: Pick<World, "proxy">, url: string, headers: Record<string, string> = {}): Promise<Answer> {
  const client = openProxyClient(world);
  try {
    return await client.send(url, headers);
  } finally {
    client.close();
  }
}

export function parseEcho(answer: Answer): Echo {
  return JSON.parse(answer.body) as Echo;
}
