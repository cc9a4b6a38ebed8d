/** What a soak does and when, from a seed: pure, so that the same seed gives the same schedule. */
import { seededRandom } from "@loopway/testkit";

export type Injection =
  | { kind: "scale"; replicas: number }
  /** A rule more, or one less. */
  | { kind: "rule"; isThere: boolean }
  /** `pick` in [0, 1) chooses among the processes of the kind that run then. */
  | { kind: "kill"; process: Victim; pick: number };

export type Victim = "alb" | "pod" | "kube-proxy" | "control-plane" | "collector";

export interface Step {
  atMs: number;
  injection: Injection;
}

/** One fault has passed before the next: the start of a load balancer and the health checks of its targets take less. */
const SHORTEST_GAP_MS = 4_000;
const LONGEST_GAP_MS = 8_000;
/** The end is quiet: what is injected has time to be survived. */
const LAST_MS = 8_000;
/**
 * How long memory rises after a process has begun, at 100 requests per second: the collector is full of spans after four minutes, and what an
 * idle process repeats, its health checks, is compiled after seven to ten.
 */
export const WARM_UP_MS = 10 * 60_000;
/** A slope of less than 1 MiB per minute needs as much again. */
const MEASURED_MS = 10 * 60_000;

/** A soak of half an hour and more kills nothing in its last twenty minutes: every process is measured after its warm-up. A shorter one judges no memory. */
function lastKillMs(durationMs: number): number {
  const calmMs = WARM_UP_MS + MEASURED_MS;
  return durationMs < 1.5 * calmMs ? durationMs : durationMs - calmMs;
}
const victims: readonly Victim[] = ["alb", "pod", "kube-proxy", "control-plane", "collector"];

export function planSoak(durationMs: number, seed: number): Step[] {
  const random = seededRandom(seed);
  const steps: Step[] = [];
  const gap = () => SHORTEST_GAP_MS + random() * (LONGEST_GAP_MS - SHORTEST_GAP_MS);
  let isThere = false;
  for (let atMs = gap(); atMs < durationMs - LAST_MS; atMs += gap()) {
    const dice = random();
    if (dice < 0.25) steps.push({ atMs, injection: { kind: "scale", replicas: 2 + Math.floor(random() * 4) } });
    else if (dice < 0.45) {
      isThere = !isThere;
      steps.push({ atMs, injection: { kind: "rule", isThere } });
    } else {
      const process = victims[Math.floor(random() * victims.length)] as Victim;
      const pick = random();
      if (atMs <= lastKillMs(durationMs)) steps.push({ atMs, injection: { kind: "kill", process, pick } });
    }
  }
  return steps;
}
