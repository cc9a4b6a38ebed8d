/** Upstream connections by key; the one used last is used next, so that the others grow old and leave. */
import type { Core } from "./core.ts";
import type { Upstream } from "./exchange.ts";
import { UpstreamConnection } from "./upstream-connection.ts";

export interface Pool {
  readonly key: string;
  readonly idle: UpstreamConnection[];
  readonly connections: Set<UpstreamConnection>;
  /** Connections end instead of coming back. */
  isClosed: boolean;
}

export class Pools {
  readonly #poolsByKey = new Map<string, Pool>();
  /** Closed ones with a request still under way; there may be several of one key. */
  readonly #closedPools = new Set<Pool>();

  /** A connection for one request, idle or new. One that is known to be closed has left its pool already. */
  acquire(core: Core, upstream: Upstream): UpstreamConnection {
    return this.#poolsByKey.get(upstream.key)?.idle.pop() ?? this.dial(core, upstream);
  }

  /** A new connection. */
  dial(core: Core, upstream: Upstream): UpstreamConnection {
    return new UpstreamConnection(core, this.#open(upstream.key), upstream);
  }

  #open(key: string): Pool {
    const open = this.#poolsByKey.get(key);
    if (open !== undefined) return open;
    const pool: Pool = { key, idle: [], connections: new Set(), isClosed: false };
    this.#poolsByKey.set(key, pool);
    return pool;
  }

  remove(connection: UpstreamConnection): void {
    const { pool } = connection;
    pool.connections.delete(connection);
    const index = pool.idle.indexOf(connection);
    if (index >= 0) pool.idle.splice(index, 1);
    if (pool.connections.size > 0) return;
    this.#closedPools.delete(pool);
    if (this.#poolsByKey.get(pool.key) === pool) this.#poolsByKey.delete(pool.key);
  }

  close(key: string): void {
    const pool = this.#poolsByKey.get(key);
    if (pool === undefined) return;
    this.#poolsByKey.delete(key);
    this.#closedPools.add(pool);
    pool.isClosed = true;
    for (const connection of pool.idle.splice(0)) connection.end();
  }

  abort(key: string): void {
    this.close(key);
    for (const pool of this.#closedPools) {
      if (pool.key === key) for (const connection of pool.connections) connection.fail("pool-aborted");
    }
  }

  /** Ends what was idle for longer than `idleTicks`; the oldest lie at the bottom. */
  sweep(tick: number, idleTicks: number): void {
    for (const { idle } of this.#poolsByKey.values()) {
      while (idle[0] !== undefined && tick - idle[0].idleSince > idleTicks) idle.shift()?.end();
    }
  }

  closeAll(): void {
    for (const key of [...this.#poolsByKey.keys()]) this.close(key);
  }
}
