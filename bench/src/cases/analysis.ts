import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { bundle } from "../../../scripts/bundle.ts";
import { root } from "../../../scripts/bundles.ts";
import { writeAccessLog } from "../analysis/access-log.ts";
import type { BenchCase, Job, Sample } from "../bench-case.ts";
import { pinPrefix } from "../pin.ts";
import { diff } from "./diff.ts";

const run = promisify(execFile);
const measureFile = fileURLToPath(new URL("../analysis/measure.main.ts", import.meta.url));
const EXAMPLE = "explain, the example";
const OWN = "1,000 Ingresses, 10,000 rules, a load balancer each";
const REPLAY = "replay, 400,000 lines";
const REPLAYED_LINES = 400_000;
const SHARED = "1,000 Ingresses, 10,000 rules, twenty groups";

let folder: string | undefined;

/** Answers about manifests: what a person waits for at a prompt, and what CI pays per URL. */
export const analysis: BenchCase = {
  summary:
    "`loopway explain`: cold start on the example, one more URL, a thousand Ingresses; `loopway replay` of a long log; all of `diff`",
  loads: [...[EXAMPLE, OWN, SHARED, REPLAY].map((name) => ({ name, contenders: ["loopway"] })), ...diff.loads],
  metrics: [
    { name: "coldMs", title: "cold ms", digits: 0 },
    { name: "settleMs", title: "settle ms", digits: 0 },
    { name: "oneCoreMs", title: "on one core", digits: 0 },
    { name: "urlMs", title: "ms/URL", digits: 3 },
    { name: "linesPerSecond", title: "lines/s", digits: 0 },
    ...diff.metrics,
  ],
  reference: "loopway",
  rounds: { full: 7, quick: 2 },
  budgets: [
    { load: EXAMPLE, metric: "coldMs", of: "loopway", atMost: 300, reason: "an answer at the prompt: below what feels like waiting" },
    ...[OWN, SHARED].flatMap((load) => [
      { load, metric: "settleMs", of: "loopway", atMost: 1000, reason: "the largest repositories, in every commit's CI" },
      { load, metric: "urlMs", of: "loopway", atMost: 1, reason: "a table of a thousand URLs in a second" },
    ]),
    {
      load: REPLAY,
      metric: "linesPerSecond",
      of: "loopway",
      atLeast: 200_000,
      reason: "a day of a busy load balancer, twenty million lines, in less than two minutes",
    },
    ...diff.budgets,
  ],
  prepare: async () => {
    await bundle();
    folder = await mkdtemp(join(tmpdir(), "loopway-bench-"));
    await writeAccessLog(logFile(), REPLAYED_LINES);
  },
  measure,
  dispose: async () => {
    if (folder !== undefined) await rm(folder, { recursive: true });
  },
};

function logFile(): string {
  return join(folder ?? "", "alb.log");
}

async function measure(job: Job): Promise<Sample> {
  const { load } = job;
  if (diff.loads.some(({ name }) => name === load)) return diff.measure(job);
  if (load === EXAMPLE) return { coldMs: await explainExample() };
  if (load === REPLAY) return { linesPerSecond: await replayLog() };
  const settling = [process.execPath, measureFile, load === OWN ? "own" : "shared"];
  const { settleMs: oneCoreMs = 0 } = await sampleOf([...pinPrefix(), ...settling]);
  return { ...(await sampleOf(settling)), oneCoreMs };
}

async function sampleOf([command = "", ...args]: readonly string[]): Promise<Sample> {
  const { stdout } = await run(command, args);
  return JSON.parse(stdout);
}

/** The command as a person gives it, on one core; every line must be predicted, or it fails. */
async function replayLog(): Promise<number> {
  const args = ["replay", "--log", logFile(), "-f", "fixtures/seeds/api.yaml", "--lenient"];
  const command = [...pinPrefix(), process.execPath, join(root, "dist", "loopway.cjs"), ...args];
  const startedAt = performance.now();
  await run(command[0] ?? "", command.slice(1), { cwd: root });
  return (1000 * REPLAYED_LINES) / (performance.now() - startedAt);
}

/** The command as a person gives it: from the start of its process to its end. */
async function explainExample(): Promise<number> {
  const args = ["explain", "http://api.example.com/v1/order/1", "-f", "fixtures/seeds", "--zone", "fixtures/zones", "--lenient"];
  const startedAt = performance.now();
  await run(process.execPath, [join(root, "dist", "loopway.cjs"), ...args], { cwd: root });
  return performance.now() - startedAt;
}
