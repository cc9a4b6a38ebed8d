/**
 * How kube-proxy chooses among the endpoints of a Service port. Every endpoint has weight 1 (pkg/proxy/ipvs sets no other), hence wrr is rr
 * and wlc is lc.
 */
import { hashText } from "./hash-text.ts";
import { pickRoundRobin, pickUniform } from "./pick.ts";

/** `random` is that of iptables (`statistic --mode random`) and nftables (`numgen random`); the others are ipvs's (ipvsadm(8), --scheduler). */
export const SCHEDULERS = ["random", "rr", "wrr", "lc", "wlc", "sed", "nq", "sh", "dh"] as const;
export type Scheduler = (typeof SCHEDULERS)[number];

export interface ScheduledConnection {
  source: string;
  /** Virtual address, "address:port". */
  destination: string;
  /** The caller keeps `index + 1` as its next. */
  cursor: number;
  /** Open connections of each candidate, in their order. Asked by those that count them only. */
  loads(): readonly number[];
  /** In [0, 1). */
  random: number;
}

/** An index below `count`, which is positive. */
export function schedule(scheduler: Scheduler, count: number, connection: ScheduledConnection): number {
  switch (scheduler) {
    case "random":
      return pickUniform(count, connection.random);
    case "rr":
    case "wrr":
      return pickRoundRobin(connection.cursor, count);
    // With equal weights the shortest expected delay is that of the fewest connections, and an idle endpoint, which nq takes first, has those.
    case "lc":
    case "wlc":
    case "sed":
    case "nq":
      return pickLeast(connection.loads());
    case "sh":
      return hashText(connection.source) % count;
    case "dh":
      return hashText(connection.destination) % count;
  }
}

function pickLeast(loads: readonly number[]): number {
  return loads.indexOf(Math.min(...loads));
}
