import { eventually } from "@loopway/testkit";
import { describe, expect, test } from "vitest";
import { startProxy, TestClient, TestUpstream } from "./world.ts";

const upgrade = "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: k\r\n\r\n";
const switched = "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n";

describe("a WebSocket upgrade", () => {
  test("becomes a tunnel with the 101, what came with it included, until one side ends", async () => {
    const upstream = await TestUpstream.start((socket, text) =>
      socket.write(text.startsWith("GET") ? `${switched}welcome` : text.toUpperCase()),
    );
    const proxy = await startProxy(upstream.port);
    const client = new TestClient(proxy.port).send(upgrade);
    await client.reads(`${switched}welcome`);
    expect(upstream.received[0]).toContain("Connection: upgrade\r\nUpgrade: websocket\r\n");
    client.send("ping");
    await client.reads("PING");
    expect(proxy.ended).toEqual([]);
    upstream.sockets[0]?.end();
    await client.ends();
    await eventually(() =>
      expect(proxy.ended.map(({ status, isTunnel, failure }) => [status, isTunnel, failure])).toEqual([[101, true, undefined]]),
    );
    expect(proxy.ended[0]?.bytesIn).toBe(upgrade.length + 4);
  });

  test("that the upstream declines stays a request", async () => {
    const upstream = await TestUpstream.start((socket) => socket.write("HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\n\r\n"));
    const proxy = await startProxy(upstream.port);
    const client = new TestClient(proxy.port).send(upgrade);
    await client.reads("426");
    client.send(upgrade);
    await eventually(() => expect(proxy.ended.length).toBe(2));
  });

  test("ends after the idle time-out on both sides", async () => {
    const upstream = await TestUpstream.start((socket) => socket.write(switched));
    const proxy = await startProxy(upstream.port, {}, { idleTimeoutMs: 200 });
    await new TestClient(proxy.port).send(upgrade).ends();
    await eventually(() => expect(upstream.ended[0]).toBe(true));
  });

  test("an upgrade to HTTP/2 is not passed on", async () => {
    const upstream = await TestUpstream.start((socket) => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
    const proxy = await startProxy(upstream.port);
    const head = "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n\r\n";
    await new TestClient(proxy.port).send(head).reads("200");
    expect(upstream.received[0]).toBe("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  });
});

describe("CONNECT", () => {
  test("dials, answers 200, and passes bytes both ways, half-closed sides included", async () => {
    const upstream = await TestUpstream.start((socket, text) => socket.write(text.toUpperCase()));
    const target = { key: "tunnel", address: "127.0.0.1", port: upstream.port };
    const proxy = await startProxy(0, { request: (exchange) => exchange.tunnel(target) });
    const client = new TestClient(proxy.port).send("CONNECT a.test:80 HTTP/1.1\r\nHost: a.test:80\r\n\r\nearly");
    await client.reads("HTTP/1.1 200 Connection Established\r\n\r\nEARLY");
    client.socket.end("last");
    await client.reads("LAST");
    await client.ends();
    await eventually(() => expect(proxy.ended[0]).toMatchObject({ status: 200, isTunnel: true, upstream: { ordinal: 0 } }));
  });

  test("to a port where nothing listens is told to the application", async () => {
    const proxy = await startProxy(0, { request: (exchange) => exchange.tunnel({ key: "t", address: "127.0.0.1", port: 1 }) });
    expect(await new TestClient(proxy.port).send("CONNECT a.test:1 HTTP/1.1\r\nHost: a.test:1\r\n\r\n").reads("refused")).toMatch(
      /^HTTP\/1\.1 502 /,
    );
  });
});
