// The floor: bytes passed on over kept connections, two reads and two writes for each request. It parses nothing, knows no rules and
// frames no body; it works because every message of this load comes in one read. Arguments: LOAD (unused), PORT of the backend.
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { announceReady } from "../process/child.ts";

interface Upstream {
  socket: Socket;
  client: Socket | undefined;
}

const [, backendPort = ""] = process.argv.slice(2);
const idle: Upstream[] = [];
const buffer = Buffer.allocUnsafe(64 * 1024);

function dial(): Upstream {
  const upstream: Upstream = {
    client: undefined,
    socket: connect({
      host: "127.0.0.1",
      port: Number(backendPort),
      noDelay: true,
      onread: {
        buffer,
        callback: (length) => {
          upstream.client?.write(buffer.toString("latin1", 0, length), "latin1");
          idle.push(upstream);
          return true;
        },
      },
    }),
  };
  return upstream;
}

const server = createServer({ noDelay: true }, (client) => {
  client.on("error", () => client.destroy());
  client.on("data", (bytes: Buffer) => {
    const upstream = idle.pop() ?? dial();
    upstream.client = client;
    upstream.socket.write(bytes.toString("latin1"), "latin1");
  });
});
server.listen(0, "127.0.0.1", () => announceReady({ port: (server.address() as AddressInfo).port }));
