import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { bundle } from "../../../scripts/bundle.ts";
import type { BenchCase, Job, Sample } from "../bench-case.ts";
import { loads } from "../l4/loads.ts";
import { installedPeers, startPeer } from "../l4/peers.ts";
import { type Forwarder, startRegion } from "../l4/region.ts";
import { type Child, startChild } from "../process/child.ts";
import { until } from "../process/until.ts";

const run = promisify(execFile);
const fileOf = (name: string) => fileURLToPath(new URL(`../l4/${name}.main.ts`, import.meta.url));
const SECONDS = { full: { warmUp: 1, counted: 2 }, quick: { warmUp: 0.5, counted: 1 } };
const OURS = ["kube-proxy", "nlb"];
/** Ports that nobody listens on by default. */
const FIRST_PEER_PORT = 28_471;
/** Of haproxy's CPU, in the order of the loads. A process in JavaScript that reads, writes and tells a span of each connection. */
const BUDGETS: readonly [load: string, atMost: number, reason: string][] = [
  [loads.requests, 1.8, "a request is two reads and two writes, whoever does them; the rest is the engine's"],
  [loads.connections, 2.5, "two sockets are made and told about for each; haproxy makes them in C and tells nobody"],
  [loads.bytes, 1.3, "long reads and writes are the kernel's work"],
];

const peers = installedPeers();
const forwarders = new Map<string, Forwarder>();
/** What to do at the end, the last first. */
const undo: (() => Promise<unknown>)[] = [];

export const l4: BenchCase = {
  summary: "kube-proxy and network load balancer beside haproxy and nginx, one backend, one load",
  loads: Object.values(loads).map((name) => ({ name, contenders: [...OURS, ...peers] })),
  metrics: [
    { name: "cpuUsPerUnit", title: "CPU µs/unit", digits: 1 },
    { name: "unitsPerSecond", title: "units/s", digits: 0 },
  ],
  reference: "kube-proxy",
  rounds: { full: 5, quick: 1 },
  budgets: peers.includes("haproxy")
    ? OURS.flatMap((of) => BUDGETS.map(([load, atMost, reason]) => ({ load, metric: "cpuUsPerUnit", of, over: "haproxy", atMost, reason })))
    : [],
  prepare,
  measure,
  dispose,
};

async function prepare(): Promise<void> {
  await bundle();
  const folder = await mkdtemp(join(tmpdir(), "loopway-bench-"));
  undo.push(() => rm(folder, { recursive: true }));
  const backend: Child<{ port: number }> = await startChild(fileOf("backend"), []);
  undo.push(backend.stop);
  const { kubeProxy, nlb, stop } = await startRegion(folder, backend.ready.port);
  undo.push(stop);
  forwarders.set("kube-proxy", kubeProxy).set("nlb", nlb);
  for (const [index, name] of peers.entries()) {
    const peer = startPeer(name, { port: FIRST_PEER_PORT + index, backendPort: backend.ready.port, folder });
    undo.push(peer.stop);
    forwarders.set(name, peer);
  }
  await Promise.all([...forwarders.values()].map(accepts));
}

/** Once it takes connections and leads to the backend. */
async function accepts({ address, port }: Forwarder): Promise<void> {
  await until(async () => {
    const socket = connect({ host: address, port });
    try {
      await once(socket, "connect");
      const answered = once(socket, "data");
      socket.write("GET / HTTP/1.1\r\n\r\n");
      await answered;
      return true;
    } catch {
      return undefined;
    } finally {
      socket.destroy();
    }
  });
}

async function measure({ load, contender, isQuick }: Job): Promise<Sample> {
  const forwarder = forwarders.get(contender);
  if (forwarder === undefined) throw new Error("prepare comes first");
  const { warmUp, counted } = isQuick ? SECONDS.quick : SECONDS.full;
  const { address, port, pid } = forwarder;
  const args = [fileOf("load"), address, String(port), load, String(pid), String(warmUp), String(counted)];
  const { stdout } = await run(process.execPath, args);
  return JSON.parse(stdout);
}

async function dispose(): Promise<void> {
  for (const step of undo.toReversed()) await step();
}
