import { closedPort } from "@loopway/testkit";
import { describe, expect, test } from "vitest";
import type { Upstream } from "../src/exchange.ts";
import { get, headFor, ok, startProxy, TestClient, type TestExchange, TestUpstream } from "./world.ts";

const upstreamAt = (port: number, key = String(port)): Upstream => ({ key, address: "127.0.0.1", port });

describe("a request that the application sends again when its upstream failed", () => {
  test("reaches the next upstream where the first one refuses; what is told at the end is the last try", async () => {
    const upstream = await TestUpstream.start((socket) => socket.write(ok("second")));
    const proxy = await startProxy(await closedPort(), {
      failed: (exchange) => exchange.forward(upstreamAt(upstream.port), get("/again")),
    });
    expect(await new TestClient(proxy.port).send(get()).reads("second")).toMatch(/^HTTP\/1\.1 200 /);
    expect(upstream.received).toEqual([get("/again")]);
    expect(proxy.ended[0]).toMatchObject({
      status: 200,
      failure: undefined,
      upstream: { remote: `127.0.0.1:${upstream.port}`, ordinal: 0 },
    });
  });

  test("goes out on a new connection where the kept one was closed by its other end, and the responses stay in order", async () => {
    const upstream = await TestUpstream.start((socket, text) => {
      if (text.includes("/b") && upstream.sockets.length === 1) socket.resetAndDestroy();
      else socket.write(ok(text.slice(4, 6)));
    });
    const proxy = await startProxy(upstream.port, {
      failed: (exchange) => exchange.forward(upstreamAt(upstream.port, "only"), get("/b")),
    });
    const text = await new TestClient(proxy.port).send(get("/a") + get("/b") + get("/c")).reads("/c");
    expect(text.match(/\/[abc]/g)).toEqual(["/a", "/b", "/c"]);
    expect(upstream.received).toEqual([get("/a") + get("/b"), get("/b") + get("/c")]);
    expect(proxy.ended.map(({ upstream: flow }) => flow?.ordinal)).toEqual([0, 0, 1]);
  });

  test("takes along a body of which nothing had gone", async () => {
    const upstream = await TestUpstream.start((socket, text) => {
      if (text.includes("body")) socket.write(ok("whole"));
    });
    const client = { send: (_: string): unknown => undefined };
    const proxy = await startProxy(await closedPort(), {
      failed(exchange) {
        exchange.forward(upstreamAt(upstream.port), headOf(exchange));
        client.send("body");
      },
    });
    const post = "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 4\r\n\r\n";
    const connected = new TestClient(proxy.port);
    client.send = (text) => connected.send(text);
    await connected.send(post).reads("whole");
    expect(upstream.received).toEqual([`${post}body`]);
  });

  test("is refused to the application when a part of its body is gone", async () => {
    const upstream = await TestUpstream.start((socket) => socket.resetAndDestroy());
    const proxy = await startProxy(upstream.port, {
      failed(exchange) {
        expect(() => exchange.forward(upstreamAt(upstream.port), headOf(exchange))).toThrow("without a part of its body");
        exchange.answer({ status: 502, headers: {}, body: "once" });
      },
    });
    const client = new TestClient(proxy.port).send("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 10\r\n\r\npart");
    expect(await client.ends()).toMatch(/^HTTP\/1\.1 502 .*once$/s);
    expect(upstream.sockets).toHaveLength(1);
  });

  test("may be a tunnel", async () => {
    const upstream = await TestUpstream.start((socket, text) => socket.write(text.toUpperCase()));
    const refusing = upstreamAt(await closedPort());
    const proxy = await startProxy(upstream.port, {
      request: (exchange) => exchange.tunnel(refusing),
      failed: (exchange) => exchange.tunnel(upstreamAt(upstream.port)),
    });
    const client = new TestClient(proxy.port).send("CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n\r\n");
    await client.reads("200 Connection Established\r\n\r\n");
    await client.send("ping").reads("PING");
  });
});

function headOf({ head }: TestExchange): string {
  if (head === undefined) throw new Error("a request that was forwarded has a head");
  return headFor(head);
}
