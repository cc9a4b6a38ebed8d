import { type AddressInfo, createServer } from "node:net";
import type { TargetGroup } from "@loopway/model";
import { eventually } from "@loopway/testkit";
import { expect, onTestFinished, test } from "vitest";
import { HealthChecker } from "../src/health-checker.ts";

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

function check(virtual: { address: string; port: number }, spec: TargetGroup["spec"] = tcp): { checker: HealthChecker; states: string[] } {
  const states: string[] = [];
  const checker: HealthChecker = new HealthChecker({
    virtual,
    resolve: (address) => address,
    onTransition: () => states.push(checker.record.state),
  });
  checker.start(() => spec);
  onTestFinished(() => checker.stop(checker.record));
  return { checker, states };
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
