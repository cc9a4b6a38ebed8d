import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Address, AVAILABILITY_ZONES, addressPlan, nodeAddress } from "@loopway/model";
import { bundle } from "../../../scripts/bundle.ts";
import type { BenchCase, Job, Sample } from "../bench-case.ts";
import { residentMb } from "../process/memory.ts";
import type { Api } from "../product/api.ts";
import { apiOf, pidsOf, startWorld } from "../product/world.ts";
import { firstGreeting } from "../services/first-greeting.ts";
import { clusterIPOf, ENDPOINTS, nodePortOf, SERVICE_PORT, SERVICES, sliceOf, writeManifests } from "../services/manifests.ts";

/** Address blocks that nobody starts by default. */
const INSTANCE = 19;
const contender = "kube-proxy";
const load = "a pod becomes ready";
/** Prime: the rounds look at Services all over the list. */
const STRIDE = 47;

const plan = addressPlan(INSTANCE);
/** Two of the ten are there, and greet with their number. */
const pods: Address[] = Array.from({ length: ENDPOINTS }, (_, pod) => ({ address: `${plan.vpc}.9.${pod + 1}`, port: 3000 }));
const nodes = AVAILABILITY_ZONES.map((zone) => nodeAddress(plan, zone));

let resources: { api: Api; pids: readonly number[] } | undefined;
/** What to do at the end, the last first. */
const undo: (() => Promise<unknown>)[] = [];

export const services: BenchCase = {
  summary: `${SERVICES} Services of ${ENDPOINTS} endpoints: how soon every kube-proxy routes by a change, and what each takes`,
  loads: [{ name: load, contenders: [contender] }],
  metrics: [
    { name: "routedMs", title: "routed ms", digits: 1 },
    { name: "residentMb", title: "largest RSS MB", digits: 1 },
  ],
  reference: contender,
  rounds: { full: 20, quick: 5 },
  budgets: [
    {
      load,
      metric: "routedMs",
      of: contender,
      statistic: "largest",
      atMost: 100,
      reason: "the real one writes its rules once a second at most; who watches a rollout here does not wait for it",
    },
    {
      load,
      metric: "residentMb",
      of: contender,
      statistic: "largest",
      atMost: 80,
      reason: "four of them run beside everything else; 45 MB of each are Node's own, which all processes share",
    },
  ],
  prepare,
  measure,
  dispose: async () => {
    for (const step of undo.toReversed()) await step();
  },
};

async function prepare(): Promise<void> {
  await bundle();
  const folder = await mkdtemp(join(tmpdir(), "loopway-bench-"));
  undo.push(() => rm(folder, { recursive: true }));
  for (const pod of [0, 1]) {
    const server = createServer((socket) => socket.on("error", () => undefined).end(String(pod)));
    await once(server.listen(3000, pods[pod]?.address), "listening");
    undo.push(async () => server.close());
  }
  const file = join(folder, "services.json");
  await writeManifests(file, { block: plan.services, pods });
  const world = startWorld({ stateDir: join(folder, "state"), instance: INSTANCE, files: [file] });
  undo.push(world.stop);
  await world.ready;
  resources = { api: apiOf(world), pids: await pidsOf(world, "kube-proxy") };
  for (let number = 0; number < SERVICES; number++) await routed(number, 0);
}

/** One write to one slice: another of its pods is the ready one. From the API's answer until each process routes to it alone. */
async function measure({ round }: Job): Promise<Sample> {
  if (resources === undefined) throw new Error("prepare comes first");
  const { api, pids } = resources;
  const number = (round * STRIDE) % SERVICES;
  const slice = sliceOf(number, pods, 1);
  const times = routed(number, 1);
  await api.patch(slice, { endpoints: slice.endpoints });
  const acknowledgedMs = performance.now();
  const routedMs = Math.max(...(await times)) - acknowledgedMs;
  return { routedMs: Math.max(0, routedMs), residentMb: Math.max(...pids.map(residentMb)) };
}

/** When each of the four processes led to this pod. */
function routed(number: number, pod: number): Promise<number[]> {
  const atNodes = nodes.map((address) => ({ address, port: nodePortOf(number) }));
  const addresses = [...atNodes, { address: clusterIPOf(plan.services, number), port: SERVICE_PORT }];
  return Promise.all(addresses.map((address) => firstGreeting(address, pod)));
}
