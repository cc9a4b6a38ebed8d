import type { Growth } from "./memory.ts";
import { WARM_UP_MS } from "./plan.ts";
import type { SoakResult } from "./run-soak.ts";

/** Of all processes together, after their warm-up. */
const MOST_MIB_PER_MINUTE = 1;

/** Whether nothing happened that should not have. Memory is judged where every kind was measured after its whole warm-up. */
export function passes(result: SoakResult): boolean {
  const slope = judgedSlope(result);
  return result.unexplained.length === 0 && result.survived === result.injected && (slope === undefined || slope < MOST_MIB_PER_MINUTE);
}

export function formatReport(result: SoakResult): string[] {
  const { injected, survived, requests, explained, unexplained } = result;
  const failed = explained.length + unexplained.length;
  return [
    `${injected} injected, ${survived} survived`,
    `${requests} requests, ${failed} failed: ${explained.length} explained, ${unexplained.length} unexplained`,
    ...unexplained
      .slice(0, 20)
      .flatMap(({ what, sentAtMs, atMs, lines }) => [
        `  ${what} at ${(atMs / 1000).toFixed(2)} s, sent at ${(sentAtMs / 1000).toFixed(2)} s`,
        ...lines.map((line) => `    ${line}`),
      ]),
    ...formatMemory(result),
  ];
}

function formatMemory(result: SoakResult): string[] {
  const { growth, warmUpMs } = result;
  if (growth.length === 0) return ["memory: not read, as there is no /proc"];
  const slope = judgedSlope(result);
  const verdict = slope === undefined ? "not judged: warm-up takes 10 min, then 10 are measured" : `must be below ${MOST_MIB_PER_MINUTE}`;
  const known = sum(growth.map(({ mibPerMinute = 0 }) => mibPerMinute));
  return [
    `memory (RSS) after the first ${Math.round(warmUpMs / 1000)} s of each process; ${verdict}`,
    "  processes      MiB  MiB/min",
    ...growth.map(formatRow),
    formatRow({
      kind: "all together",
      processes: sum(growth.map(({ processes }) => processes)),
      rssMiB: sum(growth.map(({ rssMiB }) => rssMiB)),
      mibPerMinute: known,
    }),
  ];
}

function formatRow({ kind, processes, rssMiB, mibPerMinute }: Growth): string {
  const slope = mibPerMinute === undefined ? "too short a life" : mibPerMinute.toFixed(2).padStart(7);
  return `  ${processes.toFixed(1).padStart(9)}  ${rssMiB.toFixed(1).padStart(7)}  ${slope}  ${kind}`;
}

function judgedSlope({ growth, warmUpMs }: SoakResult): number | undefined {
  const slopes = growth.map(({ mibPerMinute }) => mibPerMinute);
  const isWhole = warmUpMs >= WARM_UP_MS && slopes.length > 0 && slopes.every((slope) => slope !== undefined);
  return isWhole ? sum(slopes.map((slope = 0) => slope)) : undefined;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
