// The same target for everybody: answers a request with 120 bytes, and "BULK" with a stream of bytes.
import { type AddressInfo, createServer, type Socket } from "node:net";
import { announceReady } from "../process/child.ts";
import { BULK_MIB } from "./loads.ts";

const body = "x".repeat(120);
const answer = Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`, "latin1");
const block = Buffer.alloc(1 << 20, "y");

function stream(socket: Socket, left: number): void {
  if (left === 0) socket.end();
  else if (socket.write(block)) setImmediate(stream, socket, left - 1);
  else socket.once("drain", () => stream(socket, left - 1));
}

const server = createServer({ noDelay: true }, (socket) => {
  socket.on("error", () => undefined);
  socket.on("data", (bytes) => {
    const end = bytes.subarray(-4).toString("latin1");
    if (end === "BULK") stream(socket, BULK_MIB);
    else if (bytes.includes("Connection: close")) socket.end(answer);
    else if (end === "\r\n\r\n") socket.write(answer);
  });
});
server.listen(0, "127.0.0.1", () => announceReady({ port: (server.address() as AddressInfo).port }));
