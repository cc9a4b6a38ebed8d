import { eventually } from "@loopway/testkit";
import { describe, expect, test } from "vitest";
import { get, ok, startProxy, TestClient, TestUpstream } from "./world.ts";

describe("responses", () => {
  test("a request reaches the upstream and its response the client, over one kept connection each", async () => {
    const upstream = await TestUpstream.start((socket) => socket.write(ok("hello")));
    const proxy = await startProxy(upstream.port);
    const client = new TestClient(proxy.port).send(get("/one"));
    await client.reads("hello");
    client.text = "";
    client.send(get("/two"));
    await client.reads("hello");
    expect(upstream.received).toEqual([`${get("/one")}${get("/two")}`]);
    expect(proxy.ended.map(({ downstream, upstream, status }) => [downstream.ordinal, upstream?.ordinal, status])).toEqual([
      [0, 0, 200],
      [1, 1, 200],
    ]);
    expect(proxy.ended[0]?.upstream?.remote).toBe(`127.0.0.1:${upstream.port}`);
    expect(proxy.ended[0]?.downstream.remote).toBe(`127.0.0.1:${client.socket.localPort}`);
  });

  test.each([
    ["with a length", ok("body")],
    ["in chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\nX-Trailer: 1\r\n\r\n"],
    ["204", "HTTP/1.1 204 No Content\r\nX-A: body\r\n\r\n"],
    ["304 with a length it does not have", 'HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\nETag: "body"\r\n\r\n'],
  ])(
    "a response %s arrives as it was sent, in one piece or byte by byte, and the next request uses the connection",
    async (_, response) => {
      const upstream = await TestUpstream.start(async (socket, text) => {
        if (text.includes("/whole")) socket.write(response, "latin1");
        else for (const byte of response) await new Promise((resolve) => socket.write(byte, "latin1", resolve));
      });
      const proxy = await startProxy(upstream.port);
      const client = new TestClient(proxy.port);
      for (const path of ["/whole", "/pieces", "/whole"]) {
        client.text = "";
        client.send(get(path));
        await client.reads(response);
      }
      await eventually(() => expect(proxy.ended.length).toBe(3));
      expect(upstream.sockets.length).toBe(1);
    },
  );

  test("a response that ends with its connection closes the client's too", async () => {
    const upstream = await TestUpstream.start((socket) => socket.end("HTTP/1.1 200 OK\r\n\r\nuntil the end"));
    const proxy = await startProxy(upstream.port);
    const text = await new TestClient(proxy.port).send(get()).ends();
    expect(text).toBe("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nuntil the end");
    expect(proxy.ended[0]?.failure).toBeUndefined();
  });

  test("the answer to HEAD has no body whatever its length says", async () => {
    const upstream = await TestUpstream.start((socket) => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"));
    const proxy = await startProxy(upstream.port);
    const client = new TestClient(proxy.port).send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
    await client.reads("\r\n\r\n");
    client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
    await eventually(() => expect(proxy.ended.length).toBe(2));
    expect(upstream.sockets.length).toBe(1);
  });

  test("100 Continue passes, the body follows, and the final response comes", async () => {
    const upstream = await TestUpstream.start((socket, text) =>
      socket.write(text.includes("Expect") ? "HTTP/1.1 100 Continue\r\n\r\n" : ok("done")),
    );
    const proxy = await startProxy(upstream.port);
    const client = new TestClient(proxy.port).send("PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
    await client.reads("100 Continue\r\n\r\n");
    client.send("body");
    await client.reads("done");
    expect(upstream.received[0]).toMatch(/\r\n\r\nbody$/);
  });

  test("an HTTP/1.0 client gets chunks taken apart and the connection closed", async () => {
    const upstream = await TestUpstream.start((socket) =>
      socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"),
    );
    const proxy = await startProxy(upstream.port);
    const text = await new TestClient(proxy.port).send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").ends();
    expect(text).toBe("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabcde");
  });

  test("an HTTP/1.0 client that keeps its connection is told so", async () => {
    const upstream = await TestUpstream.start((socket) => socket.write(ok("hi")));
    const proxy = await startProxy(upstream.port);
    const client = new TestClient(proxy.port).send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    await client.reads("Connection: keep-alive\r\n\r\nhi");
    client.send("GET / HTTP/1.0\r\n\r\n");
    expect(await client.ends()).toMatch(/Connection: close\r\n\r\nhi$/);
  });

  test("pipelined requests are answered in order, each after the one before", async () => {
    const upstream = await TestUpstream.start((socket, text) => {
      for (const [, path] of text.matchAll(/GET (\S+)/g)) socket.write(ok(path ?? ""));
    });
    const proxy = await startProxy(upstream.port);
    const client = new TestClient(proxy.port).send(get("/a") + get("/b") + get("/c"));
    await client.reads("/c");
    expect(client.text.match(/\/[abc]/g)).toEqual(["/a", "/b", "/c"]);
    expect(proxy.ended.map(({ downstream }) => downstream.ordinal)).toEqual([0, 1, 2]);
  });

  test("a response of 20 MB passes at the pace of a client that reads slowly", async () => {
    const size = 20 * 1024 * 1024;
    const upstream = await TestUpstream.start((socket) => socket.write(ok("x".repeat(size))));
    const proxy = await startProxy(upstream.port);
    const client = new TestClient(proxy.port);
    client.socket.pause();
    client.send(get());
    await eventually(() => expect(upstream.sockets[0]?.writableNeedDrain).toBe(true));
    client.socket.resume();
    await eventually(() => expect(client.text.length).toBeGreaterThanOrEqual(size));
    await eventually(() => expect(proxy.ended[0]?.bytesOut).toBe(client.text.length));
  });

  test("an answer of the application's own leaves the connection open, and a body nobody wanted is skipped", async () => {
    const upstream = await TestUpstream.start(() => {});
    const proxy = await startProxy(upstream.port, {
      request: (exchange) => exchange.answer({ status: 404, headers: { Server: "test" }, body: "no" }),
    });
    const client = new TestClient(proxy.port).send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n01234");
    await client.reads("\r\n\r\nno");
    client.send(`56789${get("/next")}`);
    await eventually(() => expect(proxy.ended.length).toBe(2));
    expect(client.text).toMatch(
      /^HTTP\/1\.1 404 Not Found\r\nServer: test\r\nDate: .* GMT\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nno/,
    );
    expect(upstream.sockets.length).toBe(0);
  });

  test("the application may decide later; the body waits", async () => {
    const upstream = await TestUpstream.start((socket, text) => text.endsWith("end") && socket.write(ok("late")));
    const waiting: (() => void)[] = [];
    const proxy = await startProxy(upstream.port, {
      request: (exchange, head) =>
        waiting.push(() =>
          exchange.forward(
            { key: "k", address: "127.0.0.1", port: upstream.port },
            `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${head.framing}\r\n\r\n`,
          ),
        ),
    });
    const body = `${"b".repeat(299_997)}end`;
    const client = new TestClient(proxy.port).send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    await eventually(() => expect(waiting.length).toBe(1));
    waiting[0]?.();
    await client.reads("late");
    expect(upstream.received[0]?.endsWith(`\r\n\r\n${body}`)).toBe(true);
  });
});
