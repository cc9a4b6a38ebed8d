import { readFileSync } from "node:fs";

/** One look at all processes of a region. */
export interface Reading {
  atMs: number;
  processes: readonly ProcessReading[];
}

interface ProcessReading {
  kind: string;
  /** A process that is started again has another: a new life, which begins small. */
  pid: number;
  rssMiB: number;
}

/** What the processes of one kind do, all together. */
export interface Growth {
  kind: string;
  /** Processes at a time, on average. */
  processes: number;
  /** All together, on average. */
  rssMiB: number;
  /** All together; undefined where none lived long enough to say. */
  mibPerMinute: number | undefined;
}

/** VmRSS in MiB; undefined where it is gone, or where there is no /proc. */
export function readRss(pid: number): number | undefined {
  try {
    const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return kib === undefined ? undefined : Number(kib) / 1024;
  } catch {
    return undefined;
  }
}

type Point = readonly [minutes: number, mib: number];

/**
 * By least squares with one slope for each kind and a level of its own for each life, so that a process which is killed, added or taken away makes
 * no step: the slope is what one process grows by while it lives, times the number of processes. The first `warmUpMs` of each life do not count,
 * nor do lives with fewer than `least` readings after that.
 */
export function growth(readings: readonly Reading[], { warmUpMs, least }: { warmUpMs: number; least: number }): Growth[] {
  const kinds = [...new Set(readings.flatMap(({ processes }) => processes.map(({ kind }) => kind)))];
  return kinds.map((kind) => {
    const perReading = readings.map(({ atMs, processes }) => ({ atMs, processes: processes.filter((each) => each.kind === kind) }));
    const processes = mean(perReading.map((reading) => reading.processes.length));
    const rssMiB = mean(perReading.map((reading) => sum(reading.processes.map((each) => each.rssMiB))));
    const lives = warmLives(perReading, warmUpMs).filter(({ length }) => length >= least);
    const slope = slopeWithin(lives);
    return { kind, processes, rssMiB, mibPerMinute: slope === undefined ? undefined : slope * processes };
  });
}

function warmLives(readings: readonly Reading[], warmUpMs: number): Point[][] {
  const lives = new Map<number, { warmAtMs: number; points: Point[] }>();
  for (const { atMs, processes } of readings)
    for (const { pid, rssMiB } of processes) {
      const life = lives.get(pid) ?? { warmAtMs: atMs + warmUpMs, points: [] };
      lives.set(pid, life);
      if (atMs >= life.warmAtMs) life.points.push([atMs / 60_000, rssMiB]);
    }
  return [...lives.values()].map(({ points }) => points);
}

function slopeWithin(lives: readonly (readonly Point[])[]): number | undefined {
  const centred = lives.flatMap((points) => {
    const [meanX, meanY] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
    return points.map(([x, y]) => [x - meanX, y - meanY] as const);
  });
  const spread = sum(centred.map(([x]) => x ** 2));
  return spread === 0 ? undefined : sum(centred.map(([x, y]) => x * y)) / spread;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}
