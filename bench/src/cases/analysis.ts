import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { bundle } from "../../../scripts/bundle.ts";
import { root } from "../../../scripts/bundles.ts";
import type { BenchCase, Job, Sample } from "../bench-case.ts";
import { pinPrefix } from "../pin.ts";

const run = promisify(execFile);
const measureFile = fileURLToPath(new URL("../analysis/measure.main.ts", import.meta.url));
const EXAMPLE = "explain, the example";
const OWN = "1,000 Ingresses, 10,000 rules, a load balancer each";
const SHARED = "1,000 Ingresses, 10,000 rules, twenty groups";

/** Answers about manifests: what a person waits for at a prompt, and what CI pays per URL. */
export const analysis: BenchCase = {
  summary: "`loopway explain`: cold start on the example, one more URL, a thousand Ingresses",
  loads: [EXAMPLE, OWN, SHARED].map((name) => ({ name, contenders: ["loopway"] })),
  metrics: [
    { name: "coldMs", title: "cold ms", digits: 0 },
    { name: "settleMs", title: "settle ms", digits: 0 },
    { name: "urlMs", title: "ms/URL", digits: 3 },
  ],
  reference: "loopway",
  rounds: { full: 7, quick: 2 },
  budgets: [
    { load: EXAMPLE, metric: "coldMs", of: "loopway", atMost: 300, reason: "an answer at the prompt: below what feels like waiting" },
    ...[OWN, SHARED].flatMap((load) => [
      { load, metric: "settleMs", of: "loopway", atMost: 1000, reason: "the largest repositories, in every commit's CI" },
      { load, metric: "urlMs", of: "loopway", atMost: 1, reason: "a table of a thousand URLs in a second" },
    ]),
  ],
  prepare: async () => {
    await bundle();
  },
  measure,
};

async function measure({ load }: Job): Promise<Sample> {
  if (load === EXAMPLE) return { coldMs: await explainExample() };
  const command = [...pinPrefix(), process.execPath, measureFile, load === OWN ? "own" : "shared"];
  const { stdout } = await run(command[0] ?? "", command.slice(1));
  return JSON.parse(stdout);
}

/** The command as a person gives it: from the start of its process to its end. */
async function explainExample(): Promise<number> {
  const args = ["explain", "http://api.example.com/v1/order/1", "-f", "fixtures/seeds", "--zone", "fixtures/zones", "--lenient"];
  const startedAt = performance.now();
  await run(process.execPath, [join(root, "dist", "loopway.cjs"), ...args], { cwd: root });
  return performance.now() - startedAt;
}
