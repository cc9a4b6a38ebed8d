import { type AddressInfo, createServer } from "node:net";
import type { Address, TargetGroup } from "@loopway/model";
import { eventually } from "@loopway/testkit";
import { expect, onTestFinished, test } from "vitest";
import { CheckedTarget } from "../src/index.ts";

const tcp: TargetGroup["spec"] = {
  name: "g",
  targetType: "ip",
  protocol: "TCP",
  port: 80,
  healthCheckProtocol: "TCP",
  healthCheckPort: "traffic-port",
  healthCheckIntervalSeconds: 0.02,
  healthCheckTimeoutSeconds: 1,
  healthyThresholdCount: 2,
  unhealthyThresholdCount: 2,
};
const LOCAL_HEADER = "0d0a0d0a000d0a515549540a20000000";

/** Listens, and keeps the first bytes of each connection. */
async function listen() {
  const heard: string[] = [];
  const server = createServer((socket) => socket.on("error", () => undefined).on("data", (bytes) => heard.push(bytes.toString("hex"))));
  const open = () => new Promise<void>((resolve) => server.listen(address.port, "127.0.0.1", resolve));
  const address = { address: "127.0.0.1", port: 0 };
  await open();
  address.port = (server.address() as AddressInfo).port;
  onTestFinished(() => void server.close());
  return { server, address, heard, open };
}

function check(virtual: { address: string; port: number }, spec: TargetGroup["spec"] = tcp, nodeCount = 1) {
  const states: string[] = [];
  const surroundings = { resolve: (address: Address) => address, onTransition: () => states.push(target.record.state) };
  const target: CheckedTarget = new CheckedTarget({ id: virtual.address, port: virtual.port }, virtual.address, surroundings);
  target.keepChecked(() => spec, nodeCount);
  onTestFinished(() => target.stopChecks(target.record));
  return { target, states };
}

test("TCP: a target that accepts is healthy at once, one that no longer does is unhealthy after its threshold, and back", async () => {
  const { server, address, open } = await listen();
  const { states } = check(address);
  await eventually(() => expect(states).toEqual(["healthy"]));
  await new Promise((resolve) => server.close(resolve));
  await eventually(() => expect(states).toEqual(["healthy", "unhealthy"]));
  await open();
  await eventually(() => expect(states).toEqual(["healthy", "unhealthy", "healthy"]));
});

test("the interval counts from check to check, however long one hangs", async () => {
  const { server, address } = await listen();
  const startsMs: number[] = [];
  server.on("connection", () => startsMs.push(performance.now()));
  check(address, { ...tcp, healthCheckProtocol: "HTTP", healthCheckIntervalSeconds: 0.4, healthCheckTimeoutSeconds: 0.35 });
  await eventually(() => expect(startsMs.length).toBeGreaterThanOrEqual(5));
  const [first = 0] = startsMs;
  // Four intervals of 400 ms; with the time-outs on top they were 3,000 ms.
  expect((startsMs[4] ?? 0) - first).toBeGreaterThan(1_550);
  expect((startsMs[4] ?? 0) - first).toBeLessThan(2_500);
});

test("with the PROXY protocol a check begins with a header that stands for nobody", async () => {
  const { address, heard } = await listen();
  check(address, { ...tcp, attributes: [{ key: "proxy_protocol_v2.enabled", value: "true" }] });
  await eventually(() => expect(heard[0]).toBe(LOCAL_HEADER));
});

test("the health check port may be another one", async () => {
  const { address } = await listen();
  const { states } = check({ address: address.address, port: 9 }, { ...tcp, healthCheckPort: String(address.port) });
  await eventually(() => expect(states).toEqual(["healthy"]));
});

test("two load balancer nodes check once in an interval, one after the other, however many there are", async () => {
  const { server, address } = await listen();
  const startsMs: number[] = [];
  server.on("connection", () => startsMs.push(performance.now()));
  const { target, states } = check(address, { ...tcp, healthCheckIntervalSeconds: 0.6 }, 3);
  await eventually(() => expect(startsMs.length).toBeGreaterThanOrEqual(5));
  const [first = 0, , third = 0, , fifth = 0] = startsMs;
  // One node alone would take 600 ms for each check, two at the same moment none.
  for (const elapsedMs of [third - first, fifth - third]) {
    expect(elapsedMs).toBeGreaterThan(500);
    expect(elapsedMs).toBeLessThan(1_100);
  }
  const gapsMs = startsMs.slice(1, 5).map((startMs, index) => startMs - (startsMs[index] ?? 0));
  expect(Math.min(...gapsMs)).toBeGreaterThan(50);
  expect(states).toEqual(["healthy"]);

  const before = startsMs.length;
  target.keepChecked(() => tcp, 1);
  await eventually(() => expect(startsMs.length).toBeGreaterThan(before + 2));
  expect(target.record.state).toBe("healthy");
});

test("a node that finds a target unhealthy decides, as a tie counts against it", async () => {
  const { server, address } = await listen();
  const { states } = check(address, { ...tcp, healthCheckIntervalSeconds: 0.3 }, 3);
  await eventually(() => expect(states).toEqual(["healthy"]));
  await new Promise((resolve) => server.close(resolve));
  await eventually(() => expect(states).toEqual(["healthy", "unhealthy"]));
});
