/**
 * DNS over HTTPS on 127.0.0.1:8053, HTTP/2 and 1.1 over TLS: browsers and curl resolve by it without root. Messages go on to the resolver as they
 * are. TLS and HTTP are loaded with the first connection, as most people never use them.
 */
import { readFileSync } from "node:fs";
import type { Http2SecureServer, Http2ServerRequest, Http2ServerResponse } from "node:http2";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { exchangeOverTcp } from "@loopway/dns-client";
import { formatFailure, type Hop, log } from "@loopway/hop-kit";
import type { Address } from "@loopway/model";
import { cacheControl, DNS_MESSAGE, MAX_MESSAGE, readMessage } from "./doh-message.ts";
import { listenOnBoth } from "./listen-on-both.ts";

const TIMEOUT_MS = 3_000;

export async function serveDoh(hop: Hop, { port, resolver }: { port: number; resolver: Address }): Promise<void> {
  const sockets = new Set<Socket>();
  let secure: Promise<Http2SecureServer> | undefined;
  const accept = async (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => undefined);
    try {
      secure ??= createSecureServer(hop, resolver);
      (await secure).emit("connection", socket);
    } catch (error) {
      // The control plane makes the certificate shortly after its start.
      secure = undefined;
      log(`DNS over HTTPS: ${formatFailure(error)}`);
      socket.destroy();
    }
  };
  const create = () => createServer({ pauseOnConnect: true, noDelay: true }, (socket) => void accept(socket));
  const servers = await listenOnBoth(hop, create, port);
  hop.onDrain(() => {
    for (const server of servers) server.close();
    for (const socket of sockets) socket.destroy();
  });
}

async function createSecureServer(hop: Hop, resolver: Address): Promise<Http2SecureServer> {
  const { createSecureServer: create } = await import("node:http2");
  const read = (file: string) => readFileSync(join(hop.config.stateDir, file));
  return create({ allowHTTP1: true, cert: read("doh.crt"), key: read("doh.key") }, (request, response) => {
    answer(request, response, (message) => exchangeOverTcp(hop.resolve("tcp", resolver), message, TIMEOUT_MS)).catch(() => {
      response.stream?.close();
    });
  });
}

type Exchange = (message: Buffer) => ReturnType<typeof exchangeOverTcp>;

async function answer(request: Http2ServerRequest, response: Http2ServerResponse, exchange: Exchange): Promise<void> {
  const { method, url } = request;
  const message = readMessage({ method, url, contentType: request.headers["content-type"], body: await readBody(request) });
  const reply = typeof message === "number" ? undefined : (await exchange(message)).message;
  // dig 9.18 takes no answer without Content-Length.
  if (reply !== undefined)
    response
      .writeHead(200, { "Content-Type": DNS_MESSAGE, "Content-Length": reply.length, "Cache-Control": cacheControl(reply) })
      .end(reply);
  else {
    const status = typeof message === "number" ? message : 502;
    response.writeHead(status, { "Content-Length": 0, ...(status === 405 && { Allow: "GET, POST" }) }).end();
  }
}

/** Not more than tells that it is too much. */
async function readBody(request: Http2ServerRequest): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    chunks.push(chunk);
    if (length > MAX_MESSAGE) break;
  }
  return Buffer.concat(chunks);
}
