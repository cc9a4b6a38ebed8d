import { createSocket } from "node:dgram";
import { once } from "node:events";
import type { TargetGroup } from "@loopway/model";
import { eventually } from "@loopway/testkit";
import { expect, onTestFinished, test } from "vitest";
import {
  client,
  dial,
  edgeA,
  edgeB,
  edgeC,
  greeting,
  healthOf,
  LISTENER_PORT,
  listener,
  nextEvent,
  refusal,
  stamped,
  startNlb,
  startSuspendableTarget,
  startTarget,
  targetGroup,
} from "./world.ts";

test("a connection reaches a target of its zone from the load balancer's address, with a span while it stands and one when it ends", async () => {
  const [a, b] = [await startTarget(1), await startTarget(2)];
  const hop = await startNlb({ group: targetGroup([a.target, b.target]) });
  const socket = dial(edgeA);
  expect(await greeting(socket)).toBe("127.10.1.20");
  const name = `127.10.1.20:${a.target.port}`;
  await eventually(() => expect(hop.spans).toHaveLength(1));
  expect(hop.spans).toMatchObject([
    {
      hop: "nlb",
      downstream: { protocol: "tcp", local: `${edgeA}:${LISTENER_PORT}`, remote: `${client}:${socket.localPort}` },
      upstreams: [{ protocol: "tcp", local: expect.stringMatching(`^${edgeA}:`), remote: name }],
      decisions: [
        { kind: "rule", rule: `TCP:${LISTENER_PORT}`, priority: "default", action: "forward" },
        { kind: "target", targetGroup: "group", target: name, health: "healthy", algorithm: "flow_hash", candidates: 1 },
      ],
    },
  ]);
  socket.end();
  await eventually(() => expect(hop.spans[1]).toMatchObject({ endUs: expect.any(Number), bytesOut: 12 }));
  expect(a.peers).toContain(edgeA);
});

test("cross-zone is off: a zone without a target resets, and the name leaves it out", async () => {
  const a = await startTarget(1);
  const hop = await startNlb({ group: targetGroup([a.target]) });
  expect(await refusal(dial(edgeB))).toBe("ECONNRESET");
  await eventually(() =>
    expect(hop.patches.findLast(({ object }) => object.kind === "LoadBalancer")?.status).toEqual({
      withdrawnAvailabilityZones: ["us-east-1b", "us-east-1c"],
    }),
  );
});

test.each([
  ["of the load balancer", { attributes: { "load_balancing.cross_zone.enabled": "true" } }, {}],
  ["of the target group", {}, { "load_balancing.cross_zone.enabled": "true" }],
])("cross-zone %s: every address reaches every target", async (_name, stack, attributes) => {
  const a = await startTarget(1);
  await startNlb({ group: targetGroup([a.target], attributes), ...stack });
  expect(await greeting(dial(edgeC))).toBe("127.10.1.20");
});

test("one client's connections spread over the targets of the zone; with stickiness source_ip they do not", async () => {
  const targets = [await startTarget(1, 20), await startTarget(1, 21), await startTarget(1, 22)];
  const registered = targets.map(({ target }) => target);
  const hop = await startNlb({ group: targetGroup(registered) });
  const reached = async () => new Set(await Promise.all(Array.from({ length: 40 }, () => greeting(dial(edgeA)))));
  // Missing one of three in 40 picks happens once in 3 million runs.
  expect((await reached()).size).toBe(3);
  hop.apply(stamped(targetGroup(registered, { "stickiness.enabled": "true", "stickiness.type": "source_ip" }), "1"));
  expect((await reached()).size).toBe(1);
});

test("with client IP preservation the target sees the client, and a target that calls itself hears nothing", async () => {
  const a = await startTarget(1);
  await startNlb({ group: targetGroup([a.target], { "preserve_client_ip.enabled": "true" }) });
  await greeting(dial(edgeA));
  expect(a.peers).toContain(client);
  const hairpin = dial(edgeA, a.target.id);
  await once(hairpin, "connect");
  hairpin.write("myself?");
  expect(await greeting(dial(edgeA))).toBe("127.10.1.20");
  expect(hairpin.bytesRead).toBe(0);
});

test("the PROXY protocol's header comes before the client's bytes and names the client, with preservation off", async () => {
  const a = await startTarget(1);
  await startNlb({ group: targetGroup([a.target], { "proxy_protocol_v2.enabled": "true" }) });
  const socket = dial(edgeA);
  socket.write("hello");
  const octets = (text: string) => Buffer.from(text.split(".").map(Number)).toString("hex");
  const ports = [socket.localPort ?? 0, LISTENER_PORT];
  await greeting(socket);
  ports[0] = socket.localPort ?? 0;
  const header = `0d0a0d0a000d0a515549540a2111000c${octets(client)}${octets(edgeA)}${ports.map((port) => port.toString(16).padStart(4, "0")).join("")}`;
  await eventually(() => expect(a.heard.join("")).toContain(header + Buffer.from("hello").toString("hex")));
});

test("a connection that was idle for too long is forgotten: nothing is said, and the next byte is answered with a reset", async () => {
  const a = await startTarget(1);
  await startNlb({ group: targetGroup([a.target]), listener: listener("TCP", { "tcp.idle_timeout.seconds": "0.5" }) });
  const socket = dial(edgeA);
  await greeting(socket);
  const fate = refusal(socket);
  const timer = setInterval(() => {
    if (performance.now() - startedMs > 1_500) socket.write("x");
  }, 50);
  const startedMs = performance.now();
  expect(await fate).toBe("ECONNRESET");
  clearInterval(timer);
  expect(performance.now() - startedMs).toBeGreaterThan(1_400);
});

test("connections of a target that fails its checks are reset; where nobody is healthy all take traffic", async () => {
  const [a, b] = [await startTarget(1, 20), await startTarget(1, 21)];
  const hop = await startNlb({ group: targetGroup([a.target, b.target]) });
  const sockets = Array.from({ length: 10 }, () => dial(edgeA));
  const reached = await Promise.all(sockets.map(greeting));
  const fates = sockets.filter((_, index) => reached[index] === "127.10.1.20").map(refusal);
  a.server.close();
  await eventually(() => expect(healthOf(hop).sort()).toEqual(["healthy", "unhealthy"]));
  expect(new Set(await Promise.all(fates))).toEqual(new Set(["ECONNRESET"]));
  expect(await greeting(dial(edgeA))).toBe("127.10.1.21");
  b.server.close();
  await eventually(() => expect(healthOf(hop)).toEqual(["unhealthy", "unhealthy"]));
  const decisions = () => hop.spans.flatMap((span) => span.decisions).filter((decision) => decision.kind === "target");
  await refusal(dial(edgeA));
  await eventually(() => expect(decisions().at(-1)).toMatchObject({ health: "unhealthy", candidates: 2 }));
});

test.each([
  ["lives on after its delay", {}, "still here"],
  ["ends with its delay where the group says so", { "deregistration_delay.connection_termination.enabled": "true" }, "ECONNRESET"],
])("a connection of a deregistered target %s, and new ones go elsewhere", async (_name, attributes, expected) => {
  const [a, b] = [await startTarget(1, 20), await startTarget(1, 21)];
  const soon = { "deregistration_delay.timeout_seconds": "0.2", ...attributes };
  const hop = await startNlb({ group: targetGroup([a.target], soon) });
  const socket = dial(edgeA);
  await greeting(socket);
  const fate = nextEvent(socket);
  hop.apply(stamped(targetGroup([b.target], soon), "1"));
  expect(healthOf(hop)).toContain("draining");
  await eventually(() => expect(healthOf(hop)).toEqual(["healthy"]));
  expect(await greeting(dial(edgeA))).toBe("127.10.1.21");
  socket.write("still here");
  expect(await fate).toBe(expected);
});

test("connections that a target has not accepted end with those that it has", async () => {
  const a = await startSuspendableTarget(1);
  const soon = { "deregistration_delay.timeout_seconds": "0.2", "deregistration_delay.connection_termination.enabled": "true" };
  const hop = await startNlb({ group: targetGroup([a.target], soon, { healthCheckIntervalSeconds: 60 }) });
  a.suspend();
  const sockets = Array.from({ length: 20 }, () => dial(edgeA));
  const fates = sockets.map(refusal);
  await Promise.all(sockets.map((socket) => once(socket, "connect")));
  // Told of a while after the first of them stands.
  await eventually(() => expect(hop.spans).not.toEqual([]));
  hop.apply(stamped(targetGroup([], soon), "1"));
  expect(new Set(await Promise.all(fates))).toEqual(new Set(["ECONNRESET"]));
});

test("TCP_UDP takes both at one port; datagrams always show the client's address", async () => {
  const a = await startTarget(1);
  const socket = createSocket("udp4");
  const echo = createSocket("udp4");
  onTestFinished(() => {
    socket.close();
    echo.close();
  });
  const seen: string[] = [];
  echo.on("message", (datagram, source) => {
    seen.push(source.address);
    echo.send(datagram, source.port, source.address);
  });
  await once(echo.bind(a.target.port, a.target.id), "listening");
  const spec: Partial<TargetGroup["spec"]> = { protocol: "TCP_UDP" };
  await startNlb({ group: targetGroup([a.target], {}, spec), listener: listener("TCP_UDP") });
  expect(await greeting(dial(edgeA))).toBe("127.10.1.20");
  await once(socket.bind(0, client), "listening");
  socket.send("hello", LISTENER_PORT, edgeA);
  const [answer] = (await once(socket, "message")) as [Buffer];
  expect(answer.toString()).toBe("hello");
  expect(seen).toEqual([client]);
});
