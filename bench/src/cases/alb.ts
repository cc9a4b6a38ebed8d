import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { bundle } from "../../../scripts/bundle.ts";
import { type Region, startRegion } from "../alb/region.ts";
import type { BenchCase, Job, Sample } from "../bench-case.ts";
import { type Child, startChild } from "../process/child.ts";

const run = promisify(execFile);
const fileOf = (name: string) => fileURLToPath(new URL(`../alb/${name}.main.ts`, import.meta.url));
const loads = ["100 rules, 10 hosts", "100 mixed rules"];
const peers: Readonly<Record<string, string>> = {
  "undici, same duties": "node-http-undici-alb",
  "node:http + undici": "node-http-undici",
  "http-proxy": "http-proxy",
  floor: "relay",
};
/** Our process, and the one on http-proxy that `loopway up --engine reference` starts: both with all the duties. */
const regions = { loopway: { instance: 23 }, "reference ALB (http-proxy)": { instance: 20, engine: "reference" } } as const;
const SECONDS = { full: { warmUp: 1.5, counted: 2.5 }, quick: { warmUp: 0.5, counted: 1 } };

interface Resources {
  folder: string;
  backend: Child<{ port: number }>;
  regions: ReadonlyMap<string, Region>;
}

let resources: Resources | undefined;
/** What to do at the end, the last first. */
const undo: (() => Promise<unknown>)[] = [];

export const alb: BenchCase = {
  summary: "load balancer process beside node:http + undici and http-proxy, the same rules, backend and load",
  loads: loads.map((name) => ({ name, contenders: [...Object.keys(regions), ...Object.keys(peers)] })),
  metrics: [
    { name: "cpuUsPerRequest", title: "CPU µs/request", digits: 1 },
    { name: "requestsPerSecond", title: "requests/s", digits: 0 },
  ],
  reference: "loopway",
  rounds: { full: 5, quick: 1 },
  budgets: loads.map((load) => ({
    load,
    metric: "cpuUsPerRequest",
    of: "loopway",
    over: "node:http + undici",
    atMost: 0.5,
    reason: "the leanest proxy that one writes in Node without an engine of one's own; an own engine has to be worth its keep",
  })),
  prepare,
  measure,
  dispose,
};

async function prepare(): Promise<void> {
  await bundle();
  const folder = await mkdtemp(join(tmpdir(), "loopway-bench-"));
  undo.push(() => rm(folder, { recursive: true }));
  const backend = await startChild<{ port: number }>(fileOf("backend"), []);
  undo.push(backend.stop);
  const started = new Map<string, Region>();
  for (const [contender, options] of Object.entries(regions)) {
    const region = await startRegion({ folder, loads, backendPort: backend.ready.port, ...options });
    undo.push(region.stop);
    started.set(contender, region);
  }
  resources = { folder, backend, regions: started };
}

async function measure({ load, contender, isQuick }: Job): Promise<Sample> {
  const { pid, url, stop } = await start(contender, load);
  const { warmUp, counted } = isQuick ? SECONDS.quick : SECONDS.full;
  try {
    const { stdout } = await run(process.execPath, [fileOf("load"), url, load, String(pid), String(warmUp), String(counted)]);
    return JSON.parse(stdout);
  } finally {
    await stop();
  }
}

async function start(contender: string, load: string): Promise<{ pid: number; url: string; stop(): Promise<void> }> {
  if (resources === undefined) throw new Error("prepare comes first");
  const { folder, backend } = resources;
  const region = resources.regions.get(contender);
  if (region !== undefined) return { ...(await region.renewAlb(load)), stop: async () => {} };
  const peer = peers[contender];
  if (peer === undefined) throw new Error(`nobody is called ${contender}`);
  const child = await startChild<{ port: number }>(fileOf(peer), [load, String(backend.ready.port), folder]);
  return { ...child, url: `http://127.0.0.1:${child.ready.port}` };
}

async function dispose(): Promise<void> {
  for (const step of undo.toReversed()) await step();
}
