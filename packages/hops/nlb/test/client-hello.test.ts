import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { connect } from "node:tls";
import { expect, onTestFinished, test } from "vitest";
import { parseClientHello } from "../src/client-hello.ts";

/** What OpenSSL's client says first. */
async function helloOf(options: { servername?: string; ALPNProtocols?: string[] }): Promise<Buffer> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = connect({ host: "127.0.0.1", port: (server.address() as AddressInfo).port, ...options }).on("error", () => undefined);
  const [socket] = await once(server, "connection");
  onTestFinished(() => {
    client.destroy();
    socket.destroy();
    server.close();
  });
  const [bytes] = await once(socket, "data");
  return bytes;
}

/** The same message in records of so many bytes. */
function refragment(hello: Buffer, size: number): Buffer {
  const message = hello.subarray(5);
  const records: Buffer[] = [];
  for (let at = 0; at < message.length; at += size) {
    const fragment = message.subarray(at, at + size);
    records.push(Buffer.from([22, 3, 1, fragment.length >> 8, fragment.length & 255]), fragment);
  }
  return Buffer.concat(records);
}

test.each([
  [
    { servername: "shop.example.com", ALPNProtocols: ["h2", "http/1.1"] },
    { serverName: "shop.example.com", alpnProtocols: ["h2", "http/1.1"] },
  ],
  [{ servername: "a.example.com" }, { serverName: "a.example.com", alpnProtocols: [] }],
  [{ ALPNProtocols: ["h2"] }, { alpnProtocols: ["h2"] }],
])("a real client's %j", async (options, expected) => {
  const hello = await helloOf(options);
  expect(parseClientHello(hello)).toEqual(expected);
  expect(parseClientHello(refragment(hello, 50))).toEqual(expected);
  for (let length = 0; length < hello.length; length++) expect(parseClientHello(hello.subarray(0, length))).toBe("incomplete");
});

test.each([
  ["HTTP", Buffer.from("GET / HTTP/1.1\r\n")],
  ["another handshake message", Buffer.from([22, 3, 1, 0, 4, 2, 0, 0, 0])],
  ["lengths beyond the message", Buffer.concat([Buffer.from([22, 3, 1, 0, 40, 1, 0, 0, 36, 3, 3]), Buffer.alloc(34, 255)])],
])("%s is left to TLS to refuse", (_name, bytes) => expect(parseClientHello(bytes)).toBe("other"));
