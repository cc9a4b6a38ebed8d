/** Which failed requests of a soak are what docs/life-of-a-request.md says must follow a kill. */
import type { Failure } from "../load.ts";
import type { Victim } from "./plan.ts";

export interface Kill {
  process: Victim;
  atMs: number;
}

interface Consequence {
  /** Statuses and socket errors that a client may see. */
  what: readonly string[];
  /** For how long after the kill. */
  untilMs: number;
}

/** Absent: nothing on the path of a request is lost with it. */
const consequences: Partial<Record<Victim, Consequence>> = {
  // Its port refuses until it is started again.
  alb: { what: ["502", "503"], untilMs: 5_000 },
  // What was in flight on it, and its share until endpoint and target are gone.
  pod: { what: ["502", "503", "504"], untilMs: 3_000 },
  // Targets of its node refuse until it is back, or until health checks find out.
  "kube-proxy": { what: ["502", "503", "504"], untilMs: 5_000 },
};
/** A request is told when it was answered, and its kill when the signal was sent. */
const SLACK_MS = 50;

export function explainFailures<T extends Pick<Failure, "what" | "atMs">>(
  failures: readonly T[],
  kills: readonly Kill[],
): { explained: T[]; unexplained: T[] } {
  const isExplained = ({ what, atMs }: T) =>
    kills.some((kill) => {
      const consequence = consequences[kill.process];
      const sinceMs = atMs - kill.atMs;
      return consequence?.what.includes(what) === true && sinceMs >= -SLACK_MS && sinceMs <= consequence.untilMs;
    });
  const { explained = [], unexplained = [] } = Object.groupBy(failures, (failure) => (isExplained(failure) ? "explained" : "unexplained"));
  return { explained, unexplained };
}
