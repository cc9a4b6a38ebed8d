// What each pod uses, as metrics-server would say: measured when somebody asks, not before. The CPU of a stub that counts its work
// (loopway.dev/stub-cpu) is that count; of any other process what the kernel says.
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Pod } from "@loopway/model";
import type { Member } from "./fleet.ts";

interface PodUsage {
  namespace: string;
  name: string;
  node: string;
  containers: string[];
  cpuCores: number;
  memoryBytes: number;
}

/** The answer of `GET /usage`. */
export interface Usage {
  pods: PodUsage[];
  /** How long was measured. */
  windowMs: number;
}

interface Sample {
  cpuMs: number;
  memoryBytes: number;
  atMs: number;
}

/** A rate over less than this says nothing: the kernel counts in hundredths of a second. */
const SHORTEST_MS = 500;
/** proc(5): utime and stime are the 12th and 13th field behind the name in parentheses, in ticks of 10 ms; statm counts pages of 4 KiB. */
const TICK_MS = 10;
const PAGE_BYTES = 4096;

export class UsageMeter {
  readonly #members: () => readonly Member[];
  /** By pid: the last one, from which the next rate counts. */
  #samples = new Map<number, Sample>();

  constructor(members: () => readonly Member[]) {
    this.#members = members;
  }

  /** Of every pod that runs; without /proc (elsewhere than on Linux) nobody uses anything. */
  async measure(): Promise<Usage> {
    const before = this.#sampleAll();
    const isTooSoon = [...before].some(([pid, { atMs }]) => atMs - (this.#samples.get(pid)?.atMs ?? atMs) < SHORTEST_MS);
    const since = isTooSoon ? before : this.#samples;
    if (isTooSoon) await sleep(SHORTEST_MS);
    const now = isTooSoon ? this.#sampleAll() : before;
    this.#samples = now;
    const pods = this.#members().flatMap((member) => usageOf(member, since, now));
    const windows = [...now].map(([pid, { atMs }]) => atMs - (since.get(pid)?.atMs ?? atMs));
    return { pods, windowMs: Math.max(SHORTEST_MS, ...windows) };
  }

  #sampleAll(): Map<number, Sample> {
    const samples = new Map<number, Sample>();
    for (const { wish, child, workedMs } of this.#members()) {
      if (wish.kind === "pod" && child?.pid !== undefined) samples.set(child.pid, sampleOf(child.pid, workedMs));
    }
    return samples;
  }
}

function usageOf({ wish, child }: Member, since: ReadonlyMap<number, Sample>, now: ReadonlyMap<number, Sample>): PodUsage[] {
  const [before, after] = [since.get(child?.pid ?? 0), now.get(child?.pid ?? 0)];
  if (wish.kind !== "pod" || before === undefined || after === undefined || after.atMs <= before.atMs) return [];
  const { metadata, spec } = wish.settings.pod as Pod;
  return [
    {
      namespace: metadata.namespace ?? "default",
      name: metadata.name,
      node: spec.nodeName ?? "",
      containers: spec.containers.map(({ name }) => name),
      cpuCores: Math.max(0, after.cpuMs - before.cpuMs) / (after.atMs - before.atMs),
      memoryBytes: after.memoryBytes,
    },
  ];
}

function sampleOf(pid: number, workedMs: number | undefined): Sample {
  const atMs = performance.now();
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const cpuMs = workedMs ?? (Number(fields[11]) + Number(fields[12])) * TICK_MS;
    return { cpuMs, memoryBytes: Number(readFileSync(`/proc/${pid}/statm`, "latin1").split(" ")[1]) * PAGE_BYTES, atMs };
  } catch {
    return { cpuMs: workedMs ?? 0, memoryBytes: 0, atMs };
  }
}
