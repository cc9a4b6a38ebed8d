import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { type NameServer, startNameServer } from "@loopway/dns-client/name-server";
import { type LocalHop, localHop } from "@loopway/hop-kit/local-hop";
import type { Address } from "@loopway/model";
import { eventually, exchange } from "@loopway/testkit";
import { expect, onTestFinished, test } from "vitest";
import { serve } from "../src/serve.ts";

const zone = "api 60 IN A 127.12.1.1\napi 60 IN A 127.12.2.1\ntext 60 IN TXT hello\n";
const resolver = { address: "127.13.0.1", port: 53 };

interface World {
  hop: LocalHop;
  nameServer: NameServer;
}

async function startWorld(): Promise<World> {
  const hop = localHop({ kind: "client" });
  onTestFinished(() => hop.drain());
  const nameServer = await startNameServer(zone);
  hop.place("udp", resolver, nameServer.udp);
  hop.place("tcp", resolver, nameServer.tcp);
  await serve(hop);
  return { hop, nameServer };
}

/** A load balancer of few words: keeps what it receives, answers each head with its own number. */
async function startUpstream(hop: LocalHop, virtual: Address, answer = defaultAnswer) {
  const heads: string[] = [];
  const remotes: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    remotes.push(`${socket.remoteAddress}:${socket.remotePort}`);
    socket.on("error", () => undefined).setEncoding("latin1");
    socket.on("data", (text: string) => {
      heads.push(text);
      answer(socket, heads.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const bound = server.address() as AddressInfo;
  hop.place("tcp", virtual, { address: bound.address, port: bound.port });
  return { heads, remotes, local: `${bound.address}:${bound.port}` };
}

function defaultAnswer(socket: Socket, count: number): void {
  socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 2\r\nServer: awselb/2.0\r\n\r\n#${count}`);
}

function dial({ hop }: World): Socket {
  const { address, port } = hop.resolve("tcp", { address: "127.0.0.1", port: 3128 });
  const socket = connect(port, address).setEncoding("latin1");
  onTestFinished(() => void socket.destroy());
  return socket;
}

const get = (url: string, more = "") => `GET ${url} HTTP/1.1\r\nHost: api.example.com\r\n${more}\r\n`;
const api = { address: "127.12.1.1", port: 80 };

test("absolute-form goes in, origin-form comes out, and nothing shows that there was a proxy", async () => {
  const world = await startWorld();
  const { heads } = await startUpstream(world.hop, api);
  const sent = get(
    "http://api.example.com/v1/order/1?a=%20b",
    "Accept: */*\r\nProxy-Connection: keep-alive\r\nProxy-Authorization: Basic eA==\r\n",
  );
  expect(await exchange(dial(world), sent)).toMatch(/^HTTP\/1.1 200 OK\r\nContent-Length: 2\r\nServer: awselb\/2.0\r\n.*#1$/s);
  expect(heads).toEqual(["GET /v1/order/1?a=%20b HTTP/1.1\r\nHost: api.example.com\r\nAccept: */*\r\n\r\n"]);
});

test("Host is that of the target, whatever the client wrote", async () => {
  const world = await startWorld();
  const { heads } = await startUpstream(world.hop, { address: "127.12.1.1", port: 8080 });
  await exchange(dial(world), "GET http://api.example.com:8080 HTTP/1.1\r\nHost: other.example.com\r\n\r\n");
  expect(heads).toEqual(["GET / HTTP/1.1\r\nHost: api.example.com:8080\r\n\r\n"]);
});

test("the span has the name's query, then the connection, as all three processes see their sockets", async () => {
  const world = await startWorld();
  const upstream = await startUpstream(world.hop, api);
  const socket = dial(world);
  await exchange(socket, get("http://api.example.com/a", "X-Amzn-Trace-Id: Root=1-67891233-abcdef012345678912345678\r\n"));
  await exchange(socket, get("http://api.example.com/b"));
  await eventually(() => expect(world.hop.spans).toHaveLength(2));
  const [first, second] = world.hop.spans;
  const local = `${socket.remoteAddress}:${socket.remotePort}`;
  const remote = `${socket.localAddress}:${socket.localPort}`;
  expect(first).toMatchObject({
    hop: "client",
    downstream: { protocol: "tcp", local, remote, ordinal: 0 },
    decisions: [{ kind: "record", name: "api.example.com", ttl: 60, answers: ["127.12.1.1", "127.12.2.1"], rcode: "NOERROR" }],
    outcome: { kind: "forwarded", status: 200 },
    summary: "GET http://api.example.com/a",
    root: "1-67891233-abcdef012345678912345678",
  });
  expect(first?.upstreams).toEqual([
    {
      protocol: "udp",
      local: world.nameServer.asked[0]?.slice(4),
      remote: `127.0.0.1:${world.nameServer.udp.port}`,
      ordinal: expect.any(Number),
    },
    { protocol: "tcp", local: upstream.remotes[0], remote: upstream.local, ordinal: 0 },
  ]);
  // The answer was known and the connection open: no query, the second request on it.
  expect(second?.upstreams).toEqual([{ protocol: "tcp", local: upstream.remotes[0], remote: upstream.local, ordinal: 1 }]);
  expect(second?.downstream.ordinal).toBe(1);
});

test("each connection of a client is one of its own behind the proxy", async () => {
  const world = await startWorld();
  const { remotes } = await startUpstream(world.hop, api);
  for (let client = 1; client <= 3; client++) {
    const socket = dial(world);
    for (const path of ["a", "b"]) expect(await exchange(socket, get(`http://api.example.com/${path}`))).toMatch(/^HTTP\/1.1 200 /);
    expect(new Set(remotes).size).toBe(client);
  }
});

test("a request with Sampled=1 asks the resolver anew", async () => {
  const world = await startWorld();
  await startUpstream(world.hop, api);
  const socket = dial(world);
  for (const header of ["", "X-Amzn-Trace-Id: Root=1-a-b;Sampled=1\r\n", "X-Amzn-Trace-Id: Root=1-a-b;Sampled=0\r\n"])
    await exchange(socket, get("http://api.example.com/", header));
  expect(world.nameServer.asked).toHaveLength(2);
});

test("where the first address refuses, the next one is dialled", async () => {
  const world = await startWorld();
  const { heads } = await startUpstream(world.hop, { address: "127.12.2.1", port: 80 });
  world.hop.place("tcp", api, { address: "127.3.2.4", port: 9 });
  expect(await exchange(dial(world), get("http://api.example.com/"))).toMatch(/^HTTP\/1.1 200 /);
  expect(heads).toHaveLength(1);
});

test("a connection that its other end closed just as it was used again is replaced by a new one", async () => {
  const world = await startWorld();
  const { heads, remotes } = await startUpstream(world.hop, api, (socket, count) =>
    count === 2 ? void socket.resetAndDestroy() : defaultAnswer(socket, count),
  );
  const socket = dial(world);
  expect(await exchange(socket, get("http://api.example.com/a"))).toMatch(/#1$/);
  expect(await exchange(socket, get("http://api.example.com/b"))).toMatch(/#3$/);
  expect([heads.length, remotes.length]).toEqual([3, 2]);
});

test.each<[string, string, number, string, string | undefined]>([
  [
    "a name that does not exist",
    get("http://nope.example.com/"),
    502,
    "E_RESOLVE: nope.example.com does not resolve: NXDOMAIN",
    "E_RESOLVE",
  ],
  ["a name without address", get("http://text.example.com/"), 502, "E_RESOLVE: text.example.com does not resolve: NODATA", "E_RESOLVE"],
  ["a name of nobody's zone", get("http://example.org/"), 502, "E_RESOLVE: example.org does not resolve: REFUSED", "E_RESOLVE"],
  [
    "a load balancer that refuses",
    get("http://127.3.2.4:9/"),
    502,
    "E_UPSTREAM: 127.3.2.4 at 127.3.2.4:9 gave no answer: refused",
    "E_UPSTREAM",
  ],
  ["a request for the proxy itself", get("/"), 400, "this is Loopway's forward proxy", undefined],
  ["https without CONNECT", get("https://api.example.com/"), 400, "send CONNECT", undefined],
  ["an IPv6 address", get("http://[::1]/"), 400, "IPv4 addresses only", undefined],
  ["a request that cannot be read", "GET\r\n\r\n", 400, "the request cannot be read: ", undefined],
  [
    "CONNECT to a name that does not exist",
    "CONNECT nope.example.com:443 HTTP/1.1\r\nHost: nope.example.com\r\n\r\n",
    502,
    "NXDOMAIN",
    "E_RESOLVE",
  ],
])("%s is answered in words", async (_name, request, status, sentence, code) => {
  const world = await startWorld();
  const response = await exchange(dial(world), request);
  expect(response).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(response).toContain(`\r\n\r\nLoopway client: `);
  expect(response).toContain(sentence);
  await eventually(() =>
    expect(world.hop.spans[0]?.outcome).toEqual({ kind: "answered", status, ...(code === undefined ? {} : { code }) }),
  );
});

test("CONNECT becomes a tunnel", async () => {
  const world = await startWorld();
  const { heads, remotes, local } = await startUpstream(
    world.hop,
    { address: "127.12.1.1", port: 443 },
    (socket) => void socket.write("pong"),
  );
  const socket = dial(world);
  expect(await exchange(socket, "CONNECT api.example.com:443 HTTP/1.1\r\nHost: api.example.com:443\r\n\r\n")).toMatch(/^HTTP\/1.1 200 /);
  socket.write("ping");
  expect(await once(socket, "data")).toEqual(["pong"]);
  expect(heads).toEqual(["ping"]);
  socket.end();
  await eventually(() => expect(world.hop.spans).toHaveLength(1));
  expect(world.hop.spans[0]?.outcome).toEqual({ kind: "forwarded", status: 200 });
  expect(world.hop.spans[0]?.upstreams[1]).toEqual({ protocol: "tcp", local: remotes[0], remote: local, ordinal: 0 });
});

test("a client that leaves makes a failed span", async () => {
  const world = await startWorld();
  const { heads } = await startUpstream(world.hop, api, () => undefined);
  const socket = dial(world);
  socket.write(get("http://api.example.com/"));
  await eventually(() => expect(heads).toHaveLength(1));
  socket.destroy();
  await eventually(() => expect(world.hop.spans[0]?.outcome).toEqual({ kind: "failed", code: "E_ABORTED" }));
});

test("a load balancer that is gone is not known any longer: the next request asks where it is", async () => {
  const world = await startWorld();
  for (const address of ["127.12.1.1", "127.12.2.1"]) world.hop.place("tcp", { address, port: 80 }, { address: "127.3.2.4", port: 9 });
  for (let count = 1; count <= 2; count++) {
    expect(await exchange(dial(world), get("http://api.example.com/"))).toMatch(/^HTTP\/1.1 502 /);
    expect(world.nameServer.asked).toHaveLength(count);
  }
});
