// Peer: http-proxy 1.18 with kept-alive connections. Looks the rule up and passes the request on, without xfwd: no X-Forwarded-*, no trace
// id, no access log, no spans. Arguments: LOAD, PORT of the backend.
import { Agent, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import httpProxy from "http-proxy";
import { announceReady } from "../process/child.ts";
import { createLookup } from "./lookup.ts";

const CONNECTIONS = 64;
const [load = "", backendPort = ""] = process.argv.slice(2);
const hasRule = createLookup(load);
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
const proxy = httpProxy.createProxyServer({ target: `http://127.0.0.1:${backendPort}`, agent });
proxy.on("error", (error, _, response) => response.writeHead(502).end(String(error)));

const server = createServer((request, response) => {
  if (hasRule(request)) proxy.web(request, response);
  else response.writeHead(404).end();
});
server.listen(0, "127.0.0.1", () => announceReady({ port: (server.address() as AddressInfo).port }));
