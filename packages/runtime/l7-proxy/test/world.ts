/** Real sockets around an engine: upstreams whose bytes the test writes itself, and clients that record what they read. */
import { connect, createServer, type Server, type Socket } from "node:net";
import { formatRequestHead, type RequestHead } from "@loopway/http";
import { eventually } from "@loopway/testkit";
import { onTestFinished } from "vitest";
import { createEngine } from "../src/engine.ts";
import type { Application, Engine, EngineSettings, Exchange, Upstream, UpstreamFailure } from "../src/exchange.ts";

export type TestExchange = Exchange<string, undefined>;

async function listen(onConnection: (socket: Socket) => void): Promise<{ server: Server; port: number }> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
  return { server, port: address.port };
}

/** An upstream: what arrived on each connection, and how it answers what has arrived so far. */
export class TestUpstream {
  readonly sockets: Socket[] = [];
  readonly received: string[] = [];
  readonly ended: boolean[] = [];
  port = 0;

  /** `respond` runs after each read; `index` counts connections. */
  static async start(respond: (socket: Socket, text: string, index: number) => void): Promise<TestUpstream> {
    const upstream = new TestUpstream();
    const { port } = await listen((socket) => {
      const index = upstream.sockets.push(socket) - 1;
      upstream.received[index] = "";
      socket.on("close", () => {
        upstream.ended[index] = true;
      });
      socket.on("end", () => socket.end());
      socket.on("data", (bytes) => {
        upstream.received[index] += bytes.toString("latin1");
        respond(socket, bytes.toString("latin1"), index);
      });
    });
    upstream.port = port;
    return upstream;
  }
}

export class TestClient {
  text = "";
  isEnded = false;
  isClosed = false;
  readonly socket: Socket;

  constructor(port: number) {
    this.socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    this.socket.on("data", (bytes) => {
      this.text += bytes.toString("latin1");
    });
    this.socket.on("end", () => {
      this.isEnded = true;
      this.socket.end();
    });
    this.socket.on("error", () => {});
    this.socket.on("close", () => {
      this.isClosed = true;
    });
    onTestFinished(() => {
      this.socket.destroy();
    });
  }

  send(text: string): this {
    this.socket.write(text, "latin1");
    return this;
  }

  /** Waits until what was read holds `part`. */
  async reads(part: string): Promise<string> {
    return eventually(() => {
      if (!this.text.includes(part)) throw new Error(`expected ${JSON.stringify(part)} in ${JSON.stringify(this.text)}`);
      return this.text;
    }, 3000);
  }

  async ends(): Promise<string> {
    return eventually(() => {
      if (!this.isEnded && !this.isClosed) throw new Error(`still open after ${JSON.stringify(this.text)}`);
      return this.text;
    }, 3000);
  }
}

export interface TestProxy {
  port: number;
  engine: Engine<string>;
  /** Exchanges that ended, in order. */
  ended: TestExchange[];
  failures: UpstreamFailure[];
}

const nothing: ReadonlySet<string> = new Set();

export function headFor(head: RequestHead): string {
  return formatRequestHead(head, { target: head.target, host: head.authority, without: nothing, append: "" });
}

/** A proxy that sends everything to one upstream, unless `overrides` says otherwise. */
export async function startProxy(
  upstreamPort: number,
  overrides: Partial<Application<string, undefined>> = {},
  settings: Partial<EngineSettings> = {},
): Promise<TestProxy> {
  const upstream: Upstream = { key: "only", address: "127.0.0.1", port: upstreamPort };
  const ended: TestExchange[] = [];
  const failures: UpstreamFailure[] = [];
  const application: Application<string, undefined> = {
    request: (exchange, head) => exchange.forward(upstream, headFor(head)),
    refused: (exchange, { status, reason }) => exchange.answer({ status, headers: {}, body: reason }),
    failed(exchange, failure) {
      failures.push(failure);
      exchange.answer({ status: failure.endsWith("timeout") ? 504 : 502, headers: {}, body: failure });
    },
    ended: (exchange) => ended.push(exchange),
    ...overrides,
  };
  const engine = createEngine(application, { nowUs: () => Math.round((performance.timeOrigin + performance.now()) * 1000), ...settings });
  const { port } = await listen((socket) => engine.accept(socket, "listener"));
  onTestFinished(() => engine.destroy());
  return { port, engine, ended, failures };
}

export function get(path = "/", more = ""): string {
  return `GET ${path} HTTP/1.1\r\nHost: a.test\r\n${more}\r\n`;
}

export function ok(body: string, more = ""): string {
  return `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n${more}\r\n${body}`;
}
