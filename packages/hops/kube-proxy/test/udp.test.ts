import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import { eventually } from "@loopway/testkit";
import { expect, onTestFinished, test } from "vitest";
import { serve } from "../src/serve.ts";
import { endpointOf, serviceOf, sliceOf } from "./objects.ts";
import { block, clusterIP, hopOf, nodeIP, podA, podB } from "./world.ts";

const udp = { protocol: "UDP" as const };
const dns = serviceOf("dns", { type: "NodePort", clusterIP, ports: [{ port: 53, nodePort: 30053, ...udp }] }, "51");
const slice = (...pods: string[]) =>
  sliceOf("dns", { endpoints: pods.map((pod) => endpointOf(pod)), ports: [{ name: "", port: 5353, ...udp }] });

/** A pod that answers each datagram with its own address and the datagram; it keeps the sources that it saw. */
async function startUdpPod(address: string): Promise<Set<string>> {
  const seen = new Set<string>();
  const socket = createSocket({ type: "udp4", recvBufferSize: 4 << 20 });
  socket.on("message", (datagram, source) => {
    seen.add(source.address);
    socket.send(`${address} ${datagram}`, source.port, source.address);
  });
  await once(socket.bind(5353, address), "listening");
  onTestFinished(() => void socket.close());
  return seen;
}

async function client(address: string): Promise<UdpSocket> {
  const socket = createSocket("udp4");
  onTestFinished(() => void socket.close());
  await once(socket.bind(0, address), "listening");
  return socket;
}

async function ask(socket: UdpSocket, address: string, port: number, text: string): Promise<string> {
  const answered = once(socket, "message");
  socket.send(text, port, address);
  const [datagram] = (await answered) as [Buffer];
  return datagram.toString();
}

test("a flow keeps its pod, the ClusterIP the client's address; one span while it stands, one when it ends", async () => {
  const seen = await startUdpPod(podA);
  const hop = hopOf("services", dns, slice(podA));
  await serve(hop);
  const socket = await client(`${block}.77`);
  expect(await ask(socket, clusterIP, 53, "one")).toBe(`${podA} one`);
  expect(await ask(socket, clusterIP, 53, "two")).toBe(`${podA} two`);
  expect([...seen]).toEqual([`${block}.77`]);
  const flow = { protocol: "udp", local: `${clusterIP}:53`, remote: `${block}.77:${socket.address().port}` };
  await eventually(() => expect(hop.spans).toHaveLength(1));
  expect(hop.spans).toMatchObject([{ downstream: flow, upstreams: [{ protocol: "udp", remote: `${podA}:5353` }] }]);
  await hop.drain();
  expect(hop.spans[1]).toMatchObject({ downstream: flow, endUs: expect.any(Number), bytesIn: 6, bytesOut: 2 * (podA.length + 4) });
});

test("a node port masquerades datagrams too", async () => {
  const seen = await startUdpPod(podA);
  const hop = hopOf("node-a", dns, slice(podA));
  await serve(hop);
  await ask(await client(`${block}.77`), nodeIP, 30053, "one");
  expect([...seen]).toEqual([nodeIP]);
  await hop.drain();
});

test("a flow to a pod that is gone is forgotten at once: the next datagram goes elsewhere", async () => {
  await Promise.all([startUdpPod(podA), startUdpPod(podB)]);
  const hop = hopOf("services", dns, slice(podA));
  await serve(hop);
  const socket = await client(`${block}.77`);
  expect(await ask(socket, clusterIP, 53, "one")).toBe(`${podA} one`);
  hop.apply(slice(podB));
  expect(await ask(socket, clusterIP, 53, "two")).toBe(`${podB} two`);
  await hop.drain();
});

test("without endpoints a datagram is refused (ICMP port unreachable)", async () => {
  const hop = hopOf("services", dns);
  await serve(hop);
  const socket = createSocket("udp4");
  onTestFinished(() => void socket.close());
  await new Promise<void>((done) => socket.connect(53, clusterIP, done));
  const refused = once(socket, "error");
  socket.send("anybody?");
  expect(await refused).toMatchObject([{ code: "ECONNREFUSED" }]);
});

const FLOWS = 10_000;
const IN_FLIGHT = 100;

test(`${FLOWS} flows: every answer reaches the client port that asked, over spread pods`, async () => {
  await Promise.all([startUdpPod(podA), startUdpPod(podB)]);
  const hop = hopOf("services", dns, slice(podA, podB));
  await serve(hop);
  const counts = new Map<string, number>();
  let next = 0;
  const worker = async () => {
    while (next < FLOWS) {
      const flow = next++;
      const text = `flow-${flow}`;
      const socket = createSocket("udp4");
      // A port that the system chose could be one that an earlier flow had.
      await once(socket.bind(20_000 + Math.floor(flow / 100), `${block}.${100 + (flow % 100)}`), "listening");
      const [pod = "", echoed] = (await ask(socket, clusterIP, 53, text)).split(" ");
      socket.close();
      expect(echoed).toBe(text);
      counts.set(pod, (counts.get(pod) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  const misses = [podA, podB].map((pod) => Math.abs((counts.get(pod) ?? 0) - FLOWS / 2));
  // Binomial, standard deviation 50.
  expect(Math.max(...misses)).toBeLessThan(250);
  await hop.drain();
  await eventually(() => expect(hop.spans.filter(({ endUs }) => endUs !== undefined)).toHaveLength(FLOWS));
}, 30_000);
