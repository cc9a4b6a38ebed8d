import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { eventually } from "@loopway/testkit";
import { expect, onTestFinished, test } from "vitest";
import { isPortTaken, SourcePorts } from "../src/source-ports.ts";
import { endpoint, relayTo } from "./world.ts";

async function listen(port: number, address: string): Promise<Server> {
  const server = createServer();
  await once(server.listen(port, address), "listening");
  onTestFinished(() => void server.close());
  return server;
}

test("ports come in turns, per address, and begin anew after the last", () => {
  const ports = new SourcePorts(() => 0.999_99);
  expect([ports.next("127.0.0.1"), ports.next("127.0.0.1"), ports.next("127.0.0.1")]).toEqual([29_999, 10_000, 10_001]);
  expect(ports.next("127.0.0.2")).toBe(29_999);
});

/** Linux alone tells. */
const systemRange = "/proc/sys/net/ipv4/ip_local_port_range";

test.skipIf(!existsSync(systemRange))("no port is one that the system chooses for who asks for none", () => {
  const [first, last] = readFileSync(systemRange, "utf8").trim().split(/\s+/).map(Number) as [number, number];
  const ports = new SourcePorts(Math.random);
  const taken = Array.from({ length: 70_000 }, () => ports.next("127.0.0.1"));
  expect(taken.filter((port) => port >= first && port <= last)).toEqual([]);
});

test("dialling from a port that somebody listens on fails as taken", async () => {
  const target = (await listen(0, "127.0.0.1")).address() as AddressInfo;
  const squatter = (await listen(0, "127.0.0.1")).address() as AddressInfo;
  const socket = connect({ host: target.address, port: target.port, localAddress: "127.0.0.1", localPort: squatter.port });
  const [error] = (await once(socket, "error")) as [NodeJS.ErrnoException];
  expect(isPortTaken(error)).toBe(true);
});

test("an address that is not the machine's is no taken port", async () => {
  const socket = connect({ host: "127.0.0.1", port: 9, localAddress: "192.0.2.1", localPort: 40_000 });
  const [error] = (await once(socket, "error")) as [NodeJS.ErrnoException];
  expect(isPortTaken(error)).toBe(false);
});

test("a relay passes over ports that are taken", async () => {
  const target = await endpoint(() => undefined);
  const address = `127.${200 + (process.pid % 50)}.7.1`;
  const { address: relay, told } = await relayTo(target, address);
  const dialOnce = async () => {
    const before = told.connected.length;
    const socket = connect(relay.port, relay.address);
    onTestFinished(() => void socket.destroy());
    await eventually(() => expect(told.connected.length).toBe(before + 1));
    return Number(told.connected.at(-1)?.upstream?.local.split(":")[1]);
  };
  const first = await dialOnce();
  await listen(first + 1, address);
  await listen(first + 2, address);
  expect(await dialOnce()).toBe(first + 3);
});
