/** The knobs of a stub: annotations of its pod that begin with loopway.dev/stub-. A knob that cannot be read is said in the pod's log and left alone. */
import type { Pod } from "@loopway/model";
import { parseGoDuration } from "./go-duration.ts";

export interface StubSettings {
  /** Milliseconds added to an answer, for a uniform random number in [0, 1). */
  latencyMs(random: number): number;
  /** Share of requests that fail, and with which status. */
  errorRate: number;
  errorStatus: number;
  /** Milliseconds of CPU that each request counts for in the pod's metrics; nothing is burnt. */
  cpuMs: number;
  /** Milliseconds until it listens. */
  startDelayMs: number;
  /** In which answers take ten times as long at first, and ever less. */
  slowStartMs: number;
  /** After which every answer is 503, to probes too. */
  unhealthyAfterMs: number;
  /** After which it exits, and with which code. */
  exitAfterMs: number;
  exitCode: number;
}

export interface ReadSettings {
  settings: StubSettings;
  /** "loopway.dev/stub-latency: ..." */
  problems: string[];
}

const PREFIX = "loopway.dev/stub-";
/** A stub of a Job does what a Job does: it ends. Other pods run until they are told to end. */
const JOB_MS = 1_000;

export function readStubSettings({ metadata }: Pod): ReadSettings {
  const problems: string[] = [];
  const read = <T>(name: string, parse: (text: string) => T | undefined, otherwise: T): T => {
    const text = metadata.annotations?.[PREFIX + name];
    if (text === undefined) return otherwise;
    const value = parse(text.trim());
    if (value === undefined) problems.push(`${PREFIX}${name}: cannot read ${JSON.stringify(text)}`);
    return value ?? otherwise;
  };
  const never = Number.POSITIVE_INFINITY;
  const isOfJob = metadata.ownerReferences?.some(({ kind, controller }) => kind === "Job" && controller === true) === true;
  const settings: StubSettings = {
    latencyMs: read("latency", parseLatency, () => 0),
    errorRate: read("error-rate", parseShare, 0),
    errorStatus: read("error-status", parseStatus, 500),
    cpuMs: read("cpu", parseDuration, 0),
    startDelayMs: read("start-delay", parseDuration, 0),
    slowStartMs: read("slow-start", parseDuration, 0),
    unhealthyAfterMs: read("unhealthy-after", parseDuration, never),
    exitAfterMs: read("exit-after", parseDuration, isOfJob ? JOB_MS : never),
    exitCode: read("exit-code", parseExitCode, 0),
  };
  return { settings, problems };
}

/** How many times longer an answer takes so long after the start: ten at first, one when the slow start is over. */
export function slowness({ slowStartMs }: StubSettings, ageMs: number): number {
  return ageMs >= slowStartMs ? 1 : 10 - (9 * ageMs) / slowStartMs;
}

/**
 * "20ms": always; "20ms-80ms": any between, equally often; "p50=20ms,p99=300ms": a distribution by its quantiles, straight lines between
 * them, from 0 at the lowest and level from the highest.
 */
function parseLatency(text: string): ((random: number) => number) | undefined {
  const points = text.includes("=")
    ? text.split(",").map(parseQuantile)
    : text.split("-").map((part, index) => point(index, parseDuration(part)));
  const known = points.filter((each) => each !== undefined);
  if (known.length < points.length || (!text.includes("=") && known.length > 2)) return undefined;
  const curve = text.includes("=") ? [{ at: 0, ms: 0 }, ...known.sort((left, right) => left.at - right.at)] : known;
  return (random) => interpolate(curve, random);
}

interface Point {
  at: number;
  ms: number;
}

function point(at: number, ms: number | undefined): Point | undefined {
  return ms === undefined ? undefined : { at, ms };
}

function parseQuantile(text: string): Point | undefined {
  const [, percent, duration = ""] = /^\s*p(\d+(?:\.\d+)?)=(\S+)\s*$/.exec(text) ?? [];
  return percent === undefined ? undefined : point(Number(percent) / 100, parseDuration(duration));
}

function interpolate(curve: readonly Point[], random: number): number {
  const above = curve.findIndex(({ at }) => at > random);
  const [low, high] = [curve[(above < 0 ? curve.length : above) - 1], curve[above]];
  if (low === undefined || high === undefined) return (low ?? high)?.ms ?? 0;
  return low.ms + ((random - low.at) / (high.at - low.at)) * (high.ms - low.ms);
}

function parseDuration(text: string): number | undefined {
  const ms = parseGoDuration(text);
  return ms === undefined || ms < 0 ? undefined : ms;
}

/** "0.05" or "5%". */
function parseShare(text: string): number | undefined {
  const [, number, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text) ?? [];
  const share = Number(number) / (percent === "%" ? 100 : 1);
  return share >= 0 && share <= 1 ? share : undefined;
}

function parseStatus(text: string): number | undefined {
  return /^[2-5]\d\d$/.test(text) ? Number(text) : undefined;
}

function parseExitCode(text: string): number | undefined {
  return /^\d{1,3}$/.test(text) && Number(text) <= 255 ? Number(text) : undefined;
}
