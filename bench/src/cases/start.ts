import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { bundle } from "../../../scripts/bundle.ts";
import type { BenchCase, Job, Sample } from "../bench-case.ts";
import { treeMemoryMb } from "../process/memory.ts";
import { firstAnswer, throughProxy } from "../product/first-answer.ts";
import { nextProxy } from "../product/next-proxy.ts";
import { startWorld, type World } from "../product/world.ts";

const run = promisify(execFile);
const loadFile = fileURLToPath(new URL("../start/load.main.ts", import.meta.url));
const INSTANCE = 22;
const URL_ASKED = "http://api.example.com/v1/order/1";
const REQUESTS = 10_000;
/** Memory is measured in every fifth round: it hardly differs, and ten thousand requests take longer than the start. */
const MEMORY_EVERY = 5;
/** For what was begun to end: the first garbage collections, the last spans. */
const SETTLE_MS = 1_000;

let folder = "";

export const start: BenchCase = {
  summary: "`loopway up` of the example: time to the first routed answer, memory of all processes",
  loads: [{ name: "the example", contenders: ["fresh state directory", "kept state directory"] }],
  metrics: [
    { name: "firstAnswerMs", title: "first answer ms", digits: 0 },
    { name: "readyMs", title: "ready ms", digits: 0 },
    { name: "idleMb", title: "PSS MB", digits: 0 },
    { name: "usedMb", title: `after ${REQUESTS.toLocaleString("en")} requests`, digits: 0 },
  ],
  reference: "fresh state directory",
  rounds: { full: 20, quick: 3 },
  budgets: [
    {
      load: "the example",
      metric: "firstAnswerMs",
      of: "fresh state directory",
      atMost: 1500,
      reason: "as long as one waits without doing something else",
    },
    {
      load: "the example",
      metric: "usedMb",
      of: "fresh state directory",
      atMost: 450,
      reason: "two dozen processes on a laptop of 8 GB, beside an editor and a browser",
    },
  ],
  prepare: async () => {
    await bundle();
    folder = await mkdtemp(join(tmpdir(), "loopway-bench-"));
  },
  measure,
  dispose: () => rm(folder, { recursive: true, force: true }),
};

/** The state directory is kept from the fresh start of the same round. */
async function measure({ contender, round }: Job): Promise<Sample> {
  const isFresh = contender === "fresh state directory";
  const stateDir = join(folder, `state-${round}`);
  const proxy = await nextProxy();
  const world = startWorld({ stateDir, instance: INSTANCE });
  try {
    const [answer, ready] = await Promise.all([firstAnswer(throughProxy(proxy, URL_ASKED)), world.ready]);
    if (ready.proxy !== proxy) throw new Error(`another Loopway took ${proxy} meanwhile: run it again`);
    const times = { firstAnswerMs: answer.atMs - world.startedMs, readyMs: ready.afterMs };
    return isFresh && round % MEMORY_EVERY === 0 ? { ...times, ...(await measureMemory(world, proxy)) } : times;
  } finally {
    await world.stop();
    if (!isFresh) await rm(stateDir, { recursive: true });
  }
}

async function measureMemory(world: World, proxy: string): Promise<Sample> {
  await sleep(SETTLE_MS);
  const idleMb = treeMemoryMb(world.pid);
  await run(process.execPath, [loadFile, proxy, String(REQUESTS)]);
  await sleep(SETTLE_MS);
  return { idleMb, usedMb: treeMemoryMb(world.pid) };
}
