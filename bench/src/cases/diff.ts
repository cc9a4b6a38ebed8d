import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { BenchCase, Job, Sample } from "../bench-case.ts";
import { tableNames } from "../diff/tables.ts";
import { pinPrefix } from "../pin.ts";

const run = promisify(execFile);
const measureFile = fileURLToPath(new URL("../diff/measure.main.ts", import.meta.url));

const [, , ...others] = tableNames;

/** What a pull request does to the rules of a large load balancer, and what nobody does. */
export const diff: BenchCase = {
  summary: "the requests that two rule tables answer differently",
  loads: tableNames.map((name) => ({ name, contenders: ["loopway"] })),
  metrics: [
    { name: "ms", title: "ms", digits: 0 },
    { name: "changes", title: "changes", digits: 0 },
  ],
  reference: "loopway",
  rounds: { full: 5, quick: 2 },
  budgets: [
    {
      load: tableNames[0] ?? "",
      metric: "ms",
      of: "loopway",
      atMost: 100,
      reason: "rules that are as they were must cost next to nothing",
    },
    { load: tableNames[1] ?? "", metric: "ms", of: "loopway", atMost: 300, reason: "a pull request, checked on every push" },
    ...others.map((load) => ({
      load,
      metric: "ms",
      of: "loopway",
      atMost: 2000,
      reason: "whatever was done to a thousand rules, one waits for the answer",
    })),
  ],
  measure,
};

async function measure({ load }: Job): Promise<Sample> {
  const command = [...pinPrefix(), process.execPath, measureFile, load];
  const { stdout } = await run(command[0] ?? "", command.slice(1));
  return JSON.parse(stdout);
}
