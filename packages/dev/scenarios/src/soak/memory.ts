import { readFileSync } from "node:fs";

/** One reading of a process. */
export interface Reading {
  atMs: number;
  /** By process: "alb k8s-…", with its pid, as a new life begins small. */
  rssMiB: ReadonlyMap<string, number>;
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

/** MiB per minute by least squares, for every process with at least `least` readings after the first `warmUpMs` of its life. */
export function slopes(readings: readonly Reading[], { warmUpMs, least }: { warmUpMs: number; least: number }): Map<string, number> {
  const points = new Map<string, [x: number, y: number][]>();
  const warmAt = new Map<string, number>();
  for (const { atMs, rssMiB } of readings)
    for (const [name, rss] of rssMiB) {
      if (!warmAt.has(name)) warmAt.set(name, atMs + warmUpMs);
      if (atMs < (warmAt.get(name) ?? 0)) continue;
      points.set(name, [...(points.get(name) ?? []), [atMs / 60_000, rss]]);
    }
  return new Map([...points].filter(([, each]) => each.length >= least).map(([name, each]) => [name, slopeOf(each)]));
}

function slopeOf(points: readonly [x: number, y: number][]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return spread === 0 ? 0 : points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread;
}
