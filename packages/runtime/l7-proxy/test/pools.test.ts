import { eventually } from "@loopway/testkit";
import { describe, expect, test } from "vitest";
import { get, headFor, ok, startProxy, TestClient, TestUpstream } from "./world.ts";

/** Answers at once, but requests for /wait only when the test says so. */
async function startHesitantUpstream() {
  const waiting: (() => void)[] = [];
  const upstream = await TestUpstream.start((socket, text) => {
    const respond = () => socket.write(ok("x"));
    if (text.includes("/wait")) waiting.push(respond);
    else respond();
  });
  return { upstream, waiting };
}

describe("upstream connections", () => {
  test("the one used last is used next; one that was closed while idle is not used", async () => {
    const { upstream, waiting } = await startHesitantUpstream();
    const proxy = await startProxy(upstream.port);
    const [one, two] = [new TestClient(proxy.port).send(get("/wait")), new TestClient(proxy.port).send(get("/wait"))];
    await eventually(() => expect(waiting.length).toBe(2));
    waiting[0]?.();
    await one.reads("\r\n\r\nx");
    waiting[1]?.();
    await two.reads("\r\n\r\nx");
    one.send(get("/last"));
    await eventually(() => expect(upstream.received[1]).toContain("/last"));
    await eventually(() => expect(proxy.ended.length).toBe(3));
    upstream.sockets[1]?.end();
    await eventually(() => expect(upstream.ended[1]).toBe(true));
    one.send(get("/other"));
    await eventually(() => expect(upstream.received[0]).toContain("/other"));
    expect(proxy.failures).toEqual([]);
  });

  test("a response that says close is the connection's last", async () => {
    const upstream = await TestUpstream.start((socket) => socket.write(ok("x", "Connection: close\r\n")));
    const proxy = await startProxy(upstream.port);
    const client = new TestClient(proxy.port).send(get("/a") + get("/b"));
    await eventually(() => expect(upstream.sockets.length).toBe(2));
    await eventually(() => expect(proxy.ended.length).toBe(2));
    expect(client.text).not.toContain("Connection: close");
  });

  test("bytes behind a response spoil the connection, not the response", async () => {
    const upstream = await TestUpstream.start((socket) => socket.write(`${ok("x")}HTTP/1.1 200 OK\r\n`));
    const proxy = await startProxy(upstream.port);
    const client = new TestClient(proxy.port).send(get("/a"));
    await client.reads("\r\n\r\nx");
    client.send(get("/b"));
    await eventually(() => expect(upstream.sockets.length).toBe(2));
    await eventually(() => expect(upstream.ended[0]).toBe(true));
  });

  test("an ambiguous request (GET with a body) is forwarded whole, and both connections end after it", async () => {
    const upstream = await TestUpstream.start((socket) => socket.write(ok("x")));
    const proxy = await startProxy(upstream.port);
    const text = await new TestClient(proxy.port)
      .send(`GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody${get("/smuggled")}`)
      .ends();
    expect(text).toContain("Connection: close");
    expect(upstream.received[0]).toMatch(/\r\n\r\nbody$/);
    await eventually(() => expect(upstream.ended[0]).toBe(true));
    expect(proxy.ended.length).toBe(1);
  });

  test("closing a pool ends idle connections now and busy ones after their response", async () => {
    const { upstream, waiting } = await startHesitantUpstream();
    const proxy = await startProxy(upstream.port);
    const busy = new TestClient(proxy.port).send(get("/wait"));
    await eventually(() => expect(waiting.length).toBe(1));
    await new TestClient(proxy.port).send(get("/idle")).reads("\r\n\r\nx");
    proxy.engine.closePool("only");
    await eventually(() => expect(upstream.ended[1]).toBe(true));
    expect(upstream.ended[0]).toBeUndefined();
    waiting[0]?.();
    await busy.reads("\r\n\r\nx");
    await eventually(() => expect(upstream.ended[0]).toBe(true));
    busy.send(get("/again"));
    await eventually(() => expect(upstream.sockets.length).toBe(3));
  });

  test("aborting a pool fails what is under way", async () => {
    const upstream = await TestUpstream.start(() => {});
    const proxy = await startProxy(upstream.port);
    const client = new TestClient(proxy.port).send(get());
    await eventually(() => expect(upstream.sockets.length).toBe(1));
    proxy.engine.abortPool("only");
    expect(await client.reads("pool-aborted")).toMatch(/^HTTP\/1\.1 502 /);
  });

  test("aborting a pool that was closed before fails what is still under way in it", async () => {
    const upstream = await TestUpstream.start(() => {});
    const proxy = await startProxy(upstream.port);
    const client = new TestClient(proxy.port).send(get());
    await eventually(() => expect(upstream.sockets.length).toBe(1));
    proxy.engine.closePool("only");
    proxy.engine.abortPool("only");
    await client.reads("pool-aborted");
  });

  test("a connection past its lifetime ends after its response; the next request dials, and none fails", async () => {
    const upstream = await TestUpstream.start((socket) => socket.write(ok("x")));
    // The idle time-out sets the length of the engine's tick, in which lifetimes are counted.
    const proxy = await startProxy(upstream.port, {}, { idleTimeoutMs: 200, upstreamLifetimeMs: 100 });
    let count = 0;
    await eventually(async () => {
      await new TestClient(proxy.port).send(get(`/${++count}`, "Connection: close\r\n")).ends();
      expect(upstream.sockets.length).toBe(2);
    });
    await eventually(() => expect(upstream.ended[0]).toBe(true));
    expect(proxy.failures).toEqual([]);
    expect(proxy.ended.map(({ status }) => status)).toEqual(Array(count).fill(200));
  });

  test("idle connections to an upstream end after the idle time-out", async () => {
    const upstream = await TestUpstream.start((socket) => socket.write(ok("x")));
    const proxy = await startProxy(upstream.port, {}, { idleTimeoutMs: 200 });
    await new TestClient(proxy.port).send(get()).reads("\r\n\r\nx");
    await eventually(() => expect(upstream.ended[0]).toBe(true));
  });
});

describe("exclusive upstream connections", () => {
  /** Requests for /other go to the second upstream. */
  const start = async () => {
    const upstreams = [
      await TestUpstream.start((socket) => socket.write(ok("x"))),
      await TestUpstream.start((socket) => socket.write(ok("x"))),
    ];
    const [first, second] = upstreams.map(({ port }) => ({ key: String(port), address: "127.0.0.1", port, isExclusive: true }));
    if (first === undefined || second === undefined) throw new Error("two upstreams");
    const proxy = await startProxy(first.port, {
      request: (exchange, head) => exchange.forward(head.target === "/other" ? second : first, headFor(head)),
    });
    return { proxy, counts: () => upstreams.map(({ sockets }) => sockets.length), ended: () => upstreams.map(({ ended }) => [...ended]) };
  };
  /** One request after the other on one connection. */
  const send = async (port: number, ...paths: string[]) => {
    const client = new TestClient(port);
    for (const [index, path] of paths.entries()) {
      client.send(get(path));
      await eventually(() => expect(client.text.split("\r\n\r\nx")).toHaveLength(index + 2));
    }
    return client;
  };

  test("serve the requests of their client, and nobody else's", async () => {
    const { proxy, counts } = await start();
    await send(proxy.port, "/a", "/b");
    await send(proxy.port, "/c");
    expect(counts()).toEqual([2, 0]);
  });

  test("end with their client", async () => {
    const { proxy, ended } = await start();
    const client = await send(proxy.port, "/a");
    expect(ended()).toEqual([[], []]);
    client.socket.end();
    await eventually(() => expect(ended()).toEqual([[true], []]));
  });

  test("end when their client goes elsewhere", async () => {
    const { proxy, counts, ended } = await start();
    await send(proxy.port, "/a", "/other");
    await eventually(() => expect(ended()).toEqual([[true], []]));
    expect(counts()).toEqual([1, 1]);
  });

  test("end with their pool", async () => {
    const { proxy, counts } = await start();
    const client = await send(proxy.port, "/a");
    const [key = ""] = proxy.ended.map(({ upstream }) => upstream?.remote.split(":")[1]);
    proxy.engine.closePool(key);
    client.send(get("/b"));
    await eventually(() => expect(counts()).toEqual([2, 0]));
  });
});

describe("drain", () => {
  test("ends idle clients now, the others after their response, and then resolves", async () => {
    const waiting: (() => void)[] = [];
    const upstream = await TestUpstream.start((socket) => waiting.push(() => socket.write(ok("x"))));
    const proxy = await startProxy(upstream.port);
    const idle = new TestClient(proxy.port);
    const busy = new TestClient(proxy.port).send(get());
    await eventually(() => expect(waiting.length).toBe(1));
    const drained = proxy.engine.drain();
    await idle.ends();
    expect(busy.isEnded).toBe(false);
    waiting[0]?.();
    expect(await busy.ends()).toMatch(/Connection: close\r\n\r\nx$/);
    await drained;
    await eventually(() => expect(upstream.ended[0]).toBe(true));
  });
});
