const MS_PER_UNIT: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, µs: 1e-3, μs: 1e-3, ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
const PART = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/y;

/** Milliseconds of a Go duration ("1s", "1m30s", "1.5h", "-5ms"); undefined for anything else. Go, time.ParseDuration. */
export function parseGoDuration(text: string): number | undefined {
  const sign = text.startsWith("-") ? -1 : 1;
  const parts = text.replace(/^[+-]/, "");
  if (parts === "0") return 0;
  if (parts === "") return undefined;
  let totalMs = 0;
  PART.lastIndex = 0;
  while (PART.lastIndex < parts.length) {
    const match = PART.exec(parts);
    if (match === null) return undefined;
    totalMs += Number(match[1]) * (MS_PER_UNIT[match[2] ?? ""] ?? 0);
  }
  return sign * totalMs;
}
