// Peer: node:http in front, undici's pool behind it, by its leanest way (dispatch). Looks the rule up and passes the head on without the
// fields of one hop. No X-Forwarded-*, no trace id, no access log, no spans. Arguments: LOAD, PORT of the backend.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Dispatcher, Pool } from "undici";
import { announceReady } from "../process/child.ts";
import { dropHopByHop, endToEnd } from "./end-to-end.ts";
import { createLookup } from "./lookup.ts";

const CONNECTIONS = 64;
const [load = "", backendPort = ""] = process.argv.slice(2);
const hasRule = createLookup(load);
const pool = new Pool(`http://127.0.0.1:${backendPort}`, { connections: CONNECTIONS });

function passOn(response: ServerResponse): Dispatcher.DispatchHandler {
  return {
    onRequestStart() {},
    onResponseStart(_, status, headers) {
      dropHopByHop(headers);
      response.writeHead(status, headers);
    },
    onResponseData(_, chunk) {
      response.write(chunk);
    },
    onResponseEnd() {
      response.end();
    },
    onResponseError(_, error) {
      response.writeHead(502).end(String(error));
    },
  };
}

const server = createServer((request: IncomingMessage, response) => {
  const { url = "/", method = "GET", rawHeaders } = request;
  if (hasRule(request)) pool.dispatch({ path: url, method, headers: endToEnd(rawHeaders), body: null }, passOn(response));
  else response.writeHead(404).end();
});
server.listen(0, "127.0.0.1", () => announceReady({ port: (server.address() as AddressInfo).port }));
