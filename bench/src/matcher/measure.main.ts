// One contender under one load, in a process of its own, so that no other's feedback sits in the compiler. Prints one Sample as JSON.
// node --expose-gc measure.main.ts CONTENDER LOAD MILLISECONDS [ANSWERS]; ANSWERS is a file with the oracle's answers to check first.
import { readFileSync } from "node:fs";
import type { Sample } from "../bench-case.ts";
import { median } from "../statistics.ts";
import { type Contender, contenders, type Match } from "./contenders.ts";
import { buildWorkload, type Workload } from "./workload.ts";

/** Requests between two looks at the clock: some tens of microseconds for the fastest, some hundred milliseconds for the slowest. */
const BATCH = 512;
const CHANGES = 15;
/** By then the compiler has done its work, and its threads no longer count as CPU time of the contender. */
const WARM_UP_MS = 200;

function main([contenderName = "", load = "", milliseconds = "", answersFile]: string[]): void {
  const contender = contenders[contenderName];
  if (contender === undefined) throw new Error(`no contender is named ${contenderName}`);
  const workload = buildWorkload(load);
  const memoryBefore = memoryBytes();
  const startedAt = performance.now();
  const match = contender.build(workload.rules);
  const buildMs = performance.now() - startedAt;
  const bytesPerRule = (memoryBytes() - memoryBefore) / workload.rules.length;
  if (contender.isChecked && answersFile !== undefined) checkAnswers(match, workload, JSON.parse(readFileSync(answersFile, "utf8")));
  timeBatches(match, workload, WARM_UP_MS);
  const speed = timeBatches(match, workload, Number(milliseconds));
  // Last: a second table would disturb what is measured of the first.
  const changeMs = timeChanges(contender, workload) ?? buildMs;
  console.log(JSON.stringify({ ...speed, buildMs, changeMs, bytesPerRule } satisfies Sample));
}

/** How long the event loop stands still for one changed rule: wall clock, median. */
function timeChanges(contender: Contender, { rules }: Workload): number | undefined {
  const change = contender.prepareChanges?.(rules);
  if (change === undefined) return undefined;
  const milliseconds = Array.from({ length: CHANGES }, () => {
    const startedAt = performance.now();
    change();
    return performance.now() - startedAt;
  });
  return median(milliseconds);
}

function checkAnswers(match: Match, { requests }: Workload, answers: readonly number[]): void {
  for (const [index, request] of requests.entries()) {
    const answer = match(request);
    if (answer !== answers[index])
      throw new Error(`${request.host} ${request.path}: rule ${answer}, but the oracle says ${answers[index]}`);
  }
}

function timeBatches(match: Match, { requests }: Workload, milliseconds: number): { nsPerOp: number; cpuNsPerOp: number } {
  const nsPerOp: number[] = [];
  const cpuBefore = process.cpuUsage();
  const endAt = performance.now() + milliseconds;
  let checksum = 0;
  for (let from = 0; performance.now() < endAt || nsPerOp.length === 0; from = (from + BATCH) % requests.length) {
    const startedAt = performance.now();
    for (let at = from; at < from + BATCH; at++) checksum += match(requests[at] as (typeof requests)[number]);
    nsPerOp.push(((performance.now() - startedAt) * 1e6) / BATCH);
  }
  const cpu = process.cpuUsage(cpuBefore);
  // Read, so that the calls cannot be dropped as without effect.
  if (Number.isNaN(checksum)) throw new Error("a contender answered with no number");
  return { nsPerOp: median(nsPerOp), cpuNsPerOp: ((cpu.user + cpu.system) * 1000) / (nsPerOp.length * BATCH) };
}

function memoryBytes(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

main(process.argv.slice(2));
