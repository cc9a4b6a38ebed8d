/** What all connections of one engine share. */

import type { Downstream } from "./downstream.ts";
import type { Application } from "./exchange.ts";
import type { Pools } from "./pools.ts";

/** Times are counted in ticks of one timer: activity costs one assignment, and no connection has a timer of its own. */
export interface Core {
  readonly application: Application<unknown, unknown>;
  readonly pools: Pools;
  readonly downstreams: Set<Downstream>;
  /** One read buffer for all upstream connections: what outlives the callback is copied. */
  readonly readBuffer: Buffer;
  tick: number;
  idleTicks: number;
  readonly connectTicks: number;
  readonly upstreamLifetimeTicks: number;
  readonly lingerTicks: number;
  isDraining: boolean;
  nowUs(): number;
  /** A downstream connection is gone. */
  forget(client: Downstream): void;
}
