import { expect, test } from "vitest";
import type { Upstream } from "../src/exchange.ts";
import { get, headFor, ok, startProxy, TestClient, TestUpstream } from "./world.ts";

const interim = "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n";
const switched = "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n";
const upgrade = "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: k\r\n\r\n";
const added = "X-Own: 1\r\nX-Own: 2\r\n";

/** With the hop's own fields before the blank line. */
const extended = (response: string) => response.replace("\r\n\r\n", `\r\n${added}\r\n`);

test.each([
  ["a response", get(), ok("hello"), extended(ok("hello"))],
  ["the response behind an interim one, which stays as it is", get(), interim + ok("hello"), interim + extended(ok("hello"))],
  ["the head that begins a tunnel", upgrade, switched, extended(switched)],
])("fields of the hop's own go into the head of %s", async (_, request, sent, received) => {
  const upstream = await TestUpstream.start((socket) => socket.write(sent));
  const target: Upstream = { key: "only", address: "127.0.0.1", port: upstream.port };
  const proxy = await startProxy(upstream.port, {
    request(exchange, head) {
      exchange.responseFields = added;
      exchange.forward(target, headFor(head));
    },
  });
  expect(await new TestClient(proxy.port).send(request).reads(received)).toBe(received);
});
