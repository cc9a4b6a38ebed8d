import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import type { Address } from "@loopway/model";
import { eventually } from "@loopway/testkit";
import { expect, onTestFinished, test } from "vitest";
import { createUdpRelay, type RelayedConnection } from "../src/index.ts";

async function bind(): Promise<UdpSocket> {
  const socket = createSocket("udp4");
  onTestFinished(() => void socket.close());
  await once(socket.bind(0, "127.0.0.1"), "listening");
  return socket;
}

async function echo(): Promise<Address> {
  const socket = await bind();
  socket.on("message", (datagram, { port, address }) => socket.send(datagram, port, address));
  return socket.address();
}

async function relayTo(dial: Address, idle = { unansweredMs: 30_000, answeredMs: 120_000 }) {
  const relay = createUdpRelay();
  const closed: RelayedConnection[] = [];
  const socket = await bind();
  relay.serve(socket, () => ({ dial, idle, opened: () => undefined, closed: (flow) => void closed.push(flow) }));
  onTestFinished(() => relay.drain());
  return { relay, closed, port: socket.address().port };
}

test("datagrams sent before the flow stands arrive, whole and in order", async () => {
  const { port } = await relayTo(await echo());
  const client = await bind();
  const answers: string[] = [];
  client.on("message", (datagram) => answers.push(datagram.toString()));
  for (const text of ["a", "bb", "", "dddd"]) client.send(text, port, "127.0.0.1");
  await eventually(() => expect(answers).toEqual(["a", "bb", "", "dddd"]));
});

test("a flow without an answer expires sooner than one with", async () => {
  const silent = (await bind()).address();
  const idle = { unansweredMs: 10, answeredMs: 60_000 };
  const unanswered = await relayTo(silent, idle);
  const answered = await relayTo(await echo(), idle);
  for (const { port } of [unanswered, answered]) (await bind()).send("hello", port, "127.0.0.1");
  await eventually(() => expect(unanswered.closed).toHaveLength(1));
  expect([unanswered.relay.flowCount, answered.relay.flowCount]).toEqual([0, 1]);
});

test("an endpoint that refuses ends the flow, with the reason", async () => {
  const gone = createSocket("udp4");
  await once(gone.bind(0, "127.0.0.1"), "listening");
  const nobody = gone.address();
  gone.close();
  const { port, closed } = await relayTo(nobody);
  (await bind()).send("hello", port, "127.0.0.1");
  await eventually(() => expect(closed.map(({ failure }) => failure)).toEqual(["ECONNREFUSED"]));
});

test("drain ends every flow, and tells its bytes", async () => {
  const { relay, port, closed } = await relayTo(await echo());
  const client = await bind();
  client.send("hello", port, "127.0.0.1");
  await once(client, "message");
  relay.drain();
  expect(closed.map(({ bytesIn, bytesOut }) => [bytesIn, bytesOut])).toEqual([[5, 5]]);
});
