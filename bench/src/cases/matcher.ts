import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { matchLinear } from "@loopway/routing";
import type { BenchCase, Budget, Job, Sample } from "../bench-case.ts";
import { contenders } from "../matcher/contenders.ts";
import { buildWorkload, loadNames } from "../matcher/workload.ts";
import { pinPrefix } from "../pin.ts";

const run = promisify(execFile);
const measureFile = fileURLToPath(new URL("../matcher/measure.main.ts", import.meta.url));
/** Clocked time of one job. */
const WINDOW_MS = { full: 350, quick: 100 };

/** The libraries know neither priorities nor patterns in the middle of a path nor headers: mixed tables are not for them. */
const mixedContenders = ["loopway", "RegExp list", "floor"];
const isMixed = (load: string) => load.includes("mixed");
const prefixLoads = loadNames.filter((load) => !isMixed(load));

const largestLoad = prefixLoads.at(-1) ?? "";

/** How much slower find-my-way must be, load by load. */
const findMyWayFactors = [2, 3, 5, 10];

const budgets: readonly Budget[] = [
  ...prefixLoads.map((load, index) => ({
    load,
    metric: "cpuNsPerOp",
    of: "find-my-way",
    over: "loopway",
    atLeast: findMyWayFactors[index] ?? 10,
    reason: "find-my-way is fastify's router and what one would take; below this, own code is not worth its keep",
  })),
  ...prefixLoads.map((load) => ({
    load,
    metric: "cpuNsPerOp",
    of: "loopway",
    over: "floor",
    atMost: 1.4,
    reason: "one Map look-up and one look at each character is what no matcher can save; the rest is ours to lose",
  })),
  {
    load: "100 mixed rules",
    metric: "cpuNsPerOp",
    of: "loopway",
    atMost: 400,
    reason: "a full load balancer by AWS's default quota: a hundredth of what the hop spends on a request",
  },
  {
    load: "1,000 mixed rules",
    metric: "cpuNsPerOp",
    of: "loopway",
    atMost: 1500,
    reason: "ten load balancers' worth of rules must not be seen in a request's latency",
  },
  {
    load: largestLoad,
    metric: "buildMs",
    of: "loopway",
    atMost: 150,
    reason: "once per start, cold: below what a start of the process takes",
  },
  {
    load: largestLoad,
    metric: "changeMs",
    of: "loopway",
    atMost: 20,
    reason: "requests wait while the table is compiled: no longer than a slow one takes anyway",
  },
];

let folder: string | undefined;

export const matcher: BenchCase = {
  summary: "rule table beside find-my-way, memoirist, rou3, an ordered RegExp list and the floor",
  loads: loadNames.map((name) => ({ name, contenders: isMixed(name) ? mixedContenders : Object.keys(contenders) })),
  metrics: [
    { name: "cpuNsPerOp", title: "CPU ns/op", digits: 1 },
    { name: "nsPerOp", title: "ns/op", digits: 1 },
    { name: "buildMs", title: "build ms", digits: 1 },
    { name: "changeMs", title: "change ms", digits: 1 },
    { name: "bytesPerRule", title: "B/rule", digits: 0 },
  ],
  reference: "loopway",
  rounds: { full: 5, quick: 2 },
  budgets,
  prepare,
  measure,
  dispose: async () => {
    if (folder !== undefined) await rm(folder, { recursive: true });
  },
};

/** The oracle's answers, once per load: index of the rule, or -1. */
async function prepare(): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), "loopway-bench-"));
  for (const load of loadNames) {
    const { rules, requests } = buildWorkload(load);
    const answers = requests.map((request) => (matchLinear(rules, request)?.priority ?? 0) - 1);
    await writeFile(answersFile(load), JSON.stringify(answers));
  }
}

function answersFile(load: string): string {
  return join(folder ?? "", `${load}.json`);
}

async function measure({ load, contender, round, isQuick }: Job): Promise<Sample> {
  const milliseconds = String(isQuick ? WINDOW_MS.quick : WINDOW_MS.full);
  const answers = round === 0 ? [answersFile(load)] : [];
  const command = [...pinPrefix(), process.execPath, "--expose-gc", measureFile, contender, load, milliseconds, ...answers];
  const { stdout } = await run(command[0] ?? "", command.slice(1));
  return JSON.parse(stdout);
}
