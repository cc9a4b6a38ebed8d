import { chmodSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { FastifyInstance } from "fastify";

/** Plain HTTP without a token for this user only: the socket's mode is the permission. The caller holds the state directory's lock. */
export async function listenUnix(app: FastifyInstance, socketPath: string): Promise<Server> {
  const server = createServer((request, response) => app.routing(request, response));
  rmSync(socketPath, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(socketPath, resolve);
  });
  chmodSync(socketPath, 0o600);
  return server;
}
