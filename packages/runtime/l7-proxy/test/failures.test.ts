import { spawn } from "node:child_process";
import { connect } from "node:net";
import { closedPort, eventually } from "@loopway/testkit";
import { describe, expect, onTestFinished, test } from "vitest";
import { get, ok, startProxy, TestClient, TestUpstream } from "./world.ts";

/** A port whose queue of connections is full: the kernel drops further SYNs. */
async function deafPort(): Promise<number> {
  const child = spawn(process.execPath, [
    "-e",
    "const s=require('net').createServer().listen({port:0,host:'127.0.0.1',backlog:1},()=>process.stdout.write(s.address().port+'\\n'))",
  ]);
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const port = await new Promise<number>((resolve) => child.stdout.once("data", (bytes) => resolve(Number(String(bytes)))));
  child.kill("SIGSTOP");
  for (let i = 0; i < 4; i++) {
    const filler = connect({ port, host: "127.0.0.1" }).on("error", () => {});
    onTestFinished(() => {
      filler.destroy();
    });
  }
  return port;
}

describe("an upstream that fails before its response", () => {
  test.each([
    ["closes without a byte", "closed", (socket: import("node:net").Socket) => socket.end()],
    ["resets", "reset", (socket: import("node:net").Socket) => socket.resetAndDestroy()],
    ["closes in the middle of its head", "closed", (socket: import("node:net").Socket) => socket.end("HTTP/1.1 200 OK\r\nX-A: ")],
    ["sends no HTTP", "malformed-response", (socket: import("node:net").Socket) => socket.write("SSH-2.0-OpenSSH_9.2p1\r\n\r\n")],
    [
      "sends length and chunks",
      "malformed-response",
      (socket: import("node:net").Socket) => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"),
    ],
    [
      "sends a head of more than 32 K",
      "response-head-too-large",
      (socket: import("node:net").Socket) => socket.write(`HTTP/1.1 200 OK\r\n${`X-Filler: ${"x".repeat(1000)}\r\n`.repeat(33)}\r\n`),
    ],
    [
      "switches protocols unasked",
      "malformed-response",
      (socket: import("node:net").Socket) =>
        socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n"),
    ],
  ] as const)("%s: the application is told %s, and the client can go on", async (_, failure, respond) => {
    const upstream = await TestUpstream.start((socket) => respond(socket));
    const proxy = await startProxy(upstream.port);
    const client = new TestClient(proxy.port).send(get());
    await client.reads(failure);
    expect(client.text).toMatch(/^HTTP\/1\.1 502 /);
    client.send(get());
    await eventually(() => expect(proxy.failures).toEqual([failure, failure]));
    expect(proxy.ended[0]).toMatchObject({ failure, status: 502, upstreamStatus: 0 });
  });

  test("refuses the connection: told at once, without an upstream flow", async () => {
    const proxy = await startProxy(await closedPort());
    await new TestClient(proxy.port).send(get()).reads("refused");
    expect(proxy.ended[0]?.upstream).toBeUndefined();
  });

  test("does not take the connection in time", async () => {
    const proxy = await startProxy(await deafPort(), {}, { connectTimeoutMs: 200 });
    const text = await new TestClient(proxy.port).send(get()).reads("connect-timeout");
    expect(text).toMatch(/^HTTP\/1\.1 504 /);
  });

  test("does not answer within the idle time-out", async () => {
    const upstream = await TestUpstream.start(() => {});
    const proxy = await startProxy(upstream.port, {}, { idleTimeoutMs: 200 });
    const text = await new TestClient(proxy.port).send(get()).reads("response-timeout");
    expect(text).toMatch(/^HTTP\/1\.1 504 /);
    await eventually(() => expect(upstream.ended[0]).toBe(true));
  });

  test("a failure with half of the request's body to come answers, and closes", async () => {
    const upstream = await TestUpstream.start((socket) => socket.resetAndDestroy());
    const proxy = await startProxy(upstream.port);
    const client = new TestClient(proxy.port).send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nsome");
    expect(await client.ends()).toMatch(/^HTTP\/1\.1 502 .*reset$/s);
  });
});

describe("an upstream that fails in its response", () => {
  test.each([
    ["a length that it does not reach", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"],
    ["chunks without an end", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"],
  ])("%s: the client's connection breaks off, so that it cannot take the part for the whole", async (_, response) => {
    const upstream = await TestUpstream.start((socket) => socket.end(response));
    const proxy = await startProxy(upstream.port);
    const text = await new TestClient(proxy.port).send(get() + get()).ends();
    expect(text).toBe(response);
    expect(proxy.ended.map(({ failure, status }) => [failure, status])).toEqual([["truncated", 200]]);
  });
});

describe("a client that fails", () => {
  test("goes away while it waits: the upstream's connection is destroyed, the exchange ends once", async () => {
    const upstream = await TestUpstream.start(() => {});
    const proxy = await startProxy(upstream.port);
    const client = new TestClient(proxy.port).send(get());
    await eventually(() => expect(upstream.sockets.length).toBe(1));
    client.socket.destroy();
    await eventually(() => expect(proxy.ended.map(({ failure, status }) => [failure, status])).toEqual([["client-closed", 0]]));
    await eventually(() => expect(upstream.ended[0]).toBe(true));
  });

  test.each([
    ["stops in its head", "GET / HTTP/1.1\r\nHost:"],
    ["stops in its body", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n01234"],
  ])("%s: 408 after the idle time-out, and the target never sees a whole request", async (_, text) => {
    const upstream = await TestUpstream.start(() => {});
    const proxy = await startProxy(upstream.port, {}, { idleTimeoutMs: 200 });
    expect(await new TestClient(proxy.port).send(text).ends()).toMatch(/^HTTP\/1\.1 408 .*Connection: close\r\n\r\nRequestTimeout$/s);
    await eventually(() => expect(upstream.sockets.every((socket) => socket.destroyed)).toBe(true));
  });

  test("says nothing: its connection ends after the idle time-out, without an answer", async () => {
    const upstream = await TestUpstream.start(() => {});
    const proxy = await startProxy(upstream.port, {}, { idleTimeoutMs: 200 });
    expect(await new TestClient(proxy.port).ends()).toBe("");
    expect(proxy.ended).toEqual([]);
  });

  test("sends a broken chunk: 400, and the target's connection goes with the request", async () => {
    const upstream = await TestUpstream.start(() => {});
    const proxy = await startProxy(upstream.port);
    const client = new TestClient(proxy.port).send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nwell\r\n");
    await eventually(() => expect(upstream.received[0]).toContain("well"));
    client.send("zz\r\n");
    expect(await client.ends()).toMatch(/^HTTP\/1\.1 400 .*BadChunk$/s);
    await eventually(() => expect(upstream.ended[0]).toBe(true));
    expect(proxy.ended[0]).toMatchObject({ failure: "malformed-body", status: 400 });
  });

  test("sends what is no request: one answer, then the end", async () => {
    const proxy = await startProxy(await closedPort());
    expect(await new TestClient(proxy.port).send("\x16\x03\x01\x02").ends()).toMatch(/^HTTP\/1\.1 400 .*BadMethod$/s);
    expect(proxy.ended[0]?.head).toBeUndefined();
  });

  test("goes away while the application thinks: the late decision is void", async () => {
    const upstream = await TestUpstream.start((socket) => socket.write(ok("")));
    const waiting: (() => void)[] = [];
    const proxy = await startProxy(upstream.port, {
      request: (exchange) => waiting.push(() => exchange.forward({ key: "k", address: "127.0.0.1", port: upstream.port }, get())),
    });
    const client = new TestClient(proxy.port).send(get());
    await eventually(() => expect(waiting.length).toBe(1));
    client.socket.destroy();
    await eventually(() => expect(proxy.ended.length).toBe(1));
    waiting[0]?.();
    expect(upstream.sockets.length).toBe(0);
  });
});
