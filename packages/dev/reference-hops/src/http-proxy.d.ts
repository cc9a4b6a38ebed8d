/** http-proxy 1.18 comes without types: what is used of it here and in the benchmarks. */
declare module "http-proxy" {
  import type { Agent, ClientRequest, IncomingMessage, ServerResponse } from "node:http";

  interface Options {
    target?: string | { host: string; port: number };
    agent?: Agent;
    headers?: Readonly<Record<string, string>>;
    /** Milliseconds of silence of the target. */
    proxyTimeout?: number;
  }

  type OnError = (error: Error & { code?: string }, request: IncomingMessage, response: ServerResponse) => void;

  interface Proxy {
    web(request: IncomingMessage, response: ServerResponse, options?: Options, onError?: OnError): void;
    on(event: "error", listener: OnError): this;
    on(event: "proxyReq", listener: (sent: ClientRequest, request: IncomingMessage, response: ServerResponse) => void): this;
    on(event: "proxyRes", listener: (received: IncomingMessage, request: IncomingMessage, response: ServerResponse) => void): this;
  }

  const httpProxy: { createProxyServer(options: Options): Proxy };
  export default httpProxy;
}
