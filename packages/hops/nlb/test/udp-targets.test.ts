import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import type { LocalHop } from "@loopway/hop-kit/local-hop";
import type { TargetGroup } from "@loopway/model";
import { eventually } from "@loopway/testkit";
import { expect, onTestFinished, test } from "vitest";
import { client, edgeA, healthOf, LISTENER_PORT, listener, stamped, startNlb, startTarget, type TestTarget, targetGroup } from "./world.ts";

const UDP: Partial<TargetGroup["spec"]> = { protocol: "UDP" };

async function udpSocket(address: string, port = 0): Promise<UdpSocket> {
  const socket = createSocket("udp4");
  onTestFinished(() => void socket.close());
  await once(socket.bind(port, address), "listening");
  return socket;
}

/** Answers datagrams with its address; its health is that of its TCP port. */
async function startUdpTarget(host: number): Promise<TestTarget> {
  const started = await startTarget(1, host);
  const socket = await udpSocket(started.target.id, started.target.port);
  socket.on("message", (_datagram, { address, port }) => socket.send(started.target.id, port, address));
  return started;
}

async function ask(socket: UdpSocket): Promise<string> {
  socket.send("?", LISTENER_PORT, edgeA);
  const [answer] = (await once(socket, "message")) as [Buffer];
  return answer.toString();
}

/** Two targets, a flow, and which of them has it. */
async function startFlow(attributes: Record<string, string> = {}) {
  const targets = [await startUdpTarget(20), await startUdpTarget(21)];
  const group = targetGroup(
    targets.map(({ target }) => target),
    attributes,
    UDP,
  );
  const hop = await startNlb({ group, listener: listener("UDP") });
  const socket = await udpSocket(client);
  const address = await ask(socket);
  const [own, other] = [targets.find(({ target }) => target.id === address), targets.find(({ target }) => target.id !== address)];
  if (own === undefined || other === undefined) throw new Error(`answered from ${address}`);
  return { hop, socket, own, other };
}

const newFlows = async () => new Set(await Promise.all(Array.from({ length: 20 }, async () => await ask(await udpSocket(client)))));

test("health of UDP targets is checked over TCP: new flows go to the healthy ones, one that stands keeps its target", async () => {
  const { hop, socket, own, other } = await startFlow();
  expect((await newFlows()).size).toBe(2);
  own.server.close();
  await eventually(() => expect(healthOf(hop).sort()).toEqual(["healthy", "unhealthy"]));
  expect(await newFlows()).toEqual(new Set([other.target.id]));
  expect(await ask(socket)).toBe(own.target.id);
});

test.each<[name: string, attributes: Record<string, string>, ends: boolean]>([
  ["ends with its delay", {}, true],
  ["lives on where the group says so", { "deregistration_delay.connection_termination.enabled": "false" }, false],
])("a UDP flow to a deregistered target %s", async (_name, attributes, ends) => {
  const soon = { "deregistration_delay.timeout_seconds": "0.3", ...attributes };
  const { hop, socket, own, other } = await startFlow(soon);
  hop.apply(stamped(targetGroup([other.target], soon, UDP), "1"));
  expect(await ask(socket)).toBe(own.target.id);
  await drained(hop);
  expect(await ask(socket)).toBe(ends ? other.target.id : own.target.id);
});

async function drained(hop: LocalHop): Promise<void> {
  await eventually(() => expect(healthOf(hop)).toEqual(["healthy"]));
}
