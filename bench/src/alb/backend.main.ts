// The same target for everybody: no HTTP server, but bytes against bytes, so that it takes as little of the machine as can be.
import { type AddressInfo, createServer } from "node:net";
import { announceReady } from "../process/child.ts";

/** 120 bytes. */
const body = JSON.stringify({ padding: "x".repeat(106) });
const answer = Buffer.from(`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`, "latin1");

/** Nobody sends a request before the last one is answered, and none has a body: a read that ends with an empty line is a request. */
const server = createServer({ noDelay: true }, (socket) => {
  socket.on("data", (bytes) => {
    if (bytes.subarray(-4).toString("latin1") === "\r\n\r\n") socket.write(answer);
  });
  socket.on("error", () => undefined);
});
server.listen(0, "127.0.0.1", () => announceReady({ port: (server.address() as AddressInfo).port }));
