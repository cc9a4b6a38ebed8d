import { execFile } from "node:child_process";
import { connect, type Socket } from "node:net";
import { promisify } from "node:util";
import { type LocalHop, localHop } from "@loopway/hop-kit/local-hop";
import type { Pod } from "@loopway/model";
import { eventually, exchange } from "@loopway/testkit";
import { expect, onTestFinished, test } from "vitest";
import { serve } from "../src/serve.ts";

const podIP = "127.10.1.20";
const pod: Pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "orders-1", namespace: "shop" },
  spec: {
    nodeName: "node-a",
    containers: [{ name: "app", ports: [{ containerPort: 3000 }], readinessProbe: { httpGet: { path: "/ready", port: 8081 } } }],
  },
};

async function servePod(): Promise<LocalHop> {
  const hop = localHop({ kind: "pod", name: "web-1", settings: { pod, podIP } });
  await serve(hop);
  return hop;
}

function dial(hop: LocalHop, port = 3000): Socket {
  const bound = hop.resolve("tcp", { address: podIP, port });
  const socket = connect(bound.port, bound.address).setEncoding("latin1");
  onTestFinished(() => void socket.destroy());
  return socket;
}

const get = (target: string, more = "") => `GET ${target} HTTP/1.1\r\nHost: api.example.com\r\n${more}\r\n`;

test("each request on a connection is a span with the socket's own addresses and its ordinal", async () => {
  const hop = await servePod();
  const socket = dial(hop);
  const sent = [get("/a", "X-Amzn-Trace-Id: Root=1-67891233-abcdef012345678912345678\r\n"), get("/b")];
  const received = [await exchange(socket, sent[0] ?? ""), await exchange(socket, sent[1] ?? "")];
  await eventually(() => expect(hop.spans).toHaveLength(2));
  const local = `${socket.localAddress}:${socket.localPort}`;
  const remote = `${socket.remoteAddress}:${socket.remotePort}`;
  expect(hop.spans.map(({ downstream }) => downstream)).toEqual([
    { protocol: "tcp", local: remote, remote: local, ordinal: 0 },
    { protocol: "tcp", local: remote, remote: local, ordinal: 1 },
  ]);
  expect(hop.spans[0]).toMatchObject({
    hop: "pod",
    name: "orders-1",
    upstreams: [],
    decisions: [{ kind: "pod", pod: "orders-1", namespace: "shop", container: "app", node: "node-a" }],
    outcome: { kind: "answered", status: 200 },
    summary: "GET /a",
    root: "1-67891233-abcdef012345678912345678",
  });
  expect(hop.spans.map(({ bytesIn, bytesOut }) => [bytesIn, bytesOut])).toEqual([0, 1].map((i) => [sent[i]?.length, received[i]?.length]));
  expect(received[0]).not.toMatch(/^(connection|keep-alive):/im);
});

test("a probe's own port answers the probe", async () => {
  const hop = await servePod();
  expect(await exchange(dial(hop, 8081), get("/ready"))).toMatch(/^HTTP\/1.1 200 /);
});

test("a request body is read to its end before the answer", async () => {
  const hop = await servePod();
  const socket = dial(hop);
  socket.write("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab");
  expect(await exchange(socket, "cd")).toContain('"method": "POST"');
  await eventually(() => expect(hop.spans[0]?.bytesIn).toBe("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nabcd".length));
});

test("a client that leaves before the answer makes a failed span", async () => {
  const hop = await servePod();
  const socket = dial(hop);
  await new Promise((resolve) => socket.write(get("/?delay=1h"), resolve));
  socket.destroy();
  await eventually(() => expect(hop.spans[0]?.outcome).toEqual({ kind: "failed", code: "E_ABORTED" }));
});

test("from SIGTERM on it serves, closing each connection behind the answer, until no request has come for three seconds", async () => {
  const hop = await servePod();
  const startedMs = performance.now();
  const drained = hop.drain();
  expect(await exchange(dial(hop), get("/"))).toMatch(/^HTTP\/1.1 200 .*\r\nConnection: close\r\n/s);
  await drained;
  expect(performance.now() - startedMs).toBeGreaterThan(3_000);
});

test("with real termination SIGTERM closes the port and idle connections at once, and what is in flight is finished", async () => {
  const hop = localHop({ kind: "pod", name: "web-1", settings: { pod, podIP, realTermination: true } });
  await serve(hop);
  const [idle, busy] = [dial(hop), dial(hop)];
  await exchange(busy, get("/"));
  const answered = exchange(busy, get("/?delay=300ms"));
  // What was sent before on a connection that is open has arrived when this is answered.
  await exchange(idle, get("/"));
  await exchange(idle, get("/"));
  const closed = new Promise((resolve) => idle.on("close", resolve));
  const drained = hop.drain();
  await closed;
  await expect(exchange(dial(hop), get("/"))).rejects.toThrow();
  expect(await answered).toMatch(/^HTTP\/1.1 200 .*\r\nConnection: close\r\n/s);
  await drained;
});

test("its annotations make it fail, and its probes too from then on", async () => {
  const annotations = {
    "loopway.dev/stub-error-rate": "100%",
    "loopway.dev/stub-error-status": "503",
    "loopway.dev/stub-unhealthy-after": "0s",
  };
  const bent = { ...pod, metadata: { ...pod.metadata, annotations } };
  const hop = localHop({ kind: "pod", name: "web-1", settings: { pod: bent, podIP } });
  await serve(hop);
  expect(await exchange(dial(hop), get("/"))).toMatch(/^HTTP\/1.1 503 /);
  expect(await exchange(dial(hop, 8081), get("/ready", "User-Agent: kube-probe/1.34\r\n"))).toMatch(/^HTTP\/1.1 503 /);
});

const HEALTH_CLIENT = `
  const session = require("node:http2").connect(process.argv[1]);
  const call = session.request({ ":method": "POST", ":path": "/grpc.health.v1.Health/Check", "content-type": "application/grpc" });
  let message = [];
  let status;
  call.on("data", (chunk) => message.push(...chunk));
  call.on("trailers", (trailers) => (status = trailers["grpc-status"]));
  call.on("end", () => setImmediate(() => { console.log(JSON.stringify({ message, status })); session.close(); }));
  call.end(Buffer.alloc(5));
`;

test("a port that a gRPC probe asks answers HTTP/1.1 and grpc.health.v1 alike", async () => {
  const spec = { ...pod.spec, containers: [{ name: "app", livenessProbe: { grpc: { port: 9000 } } }] };
  const hop = localHop({ kind: "pod", name: "web-1", settings: { pod: { ...pod, spec }, podIP } });
  await serve(hop);
  expect(await exchange(dial(hop, 9000), get("/"))).toMatch(/^HTTP\/1.1 200 /);
  const { address, port } = hop.resolve("tcp", { address: podIP, port: 9000 });
  // In a process of its own: Node's HTTP/2 client leaves a handle behind.
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", HEALTH_CLIENT, `http://${address}:${port}`]);
  expect(JSON.parse(stdout)).toEqual({ message: [0, 0, 0, 0, 2, 8, 1], status: "0" });
});
