import type { Socket } from "node:net";
import type { Core } from "./core.ts";
import { Downstream } from "./downstream.ts";
import type { Application, Engine, EngineSettings } from "./exchange.ts";
import { Pools } from "./pools.ts";

/** ALB: idle_timeout.timeout_seconds 60, "10 seconds to establish a connection". */
const IDLE_TIMEOUT_MS = 60_000;
const CONNECT_TIMEOUT_MS = 10_000;
/** How long the end of a connection waits for the client's. */
const LINGER_MS = 2_000;
/** libuv reads at most this much at once. */
const READ_BUFFER_BYTES = 64 * 1024;

/** One engine per process: its pools are shared by all listeners. */
export function createEngine<Listener, State>(application: Application<Listener, State>, settings: EngineSettings): Engine<Listener> {
  const {
    idleTimeoutMs = IDLE_TIMEOUT_MS,
    connectTimeoutMs = CONNECT_TIMEOUT_MS,
    upstreamLifetimeMs = Number.POSITIVE_INFINITY,
  } = settings;
  // Time-outs come at most a sixteenth late.
  const tickMs = Math.max(10, Math.min(1000, Math.floor(Math.min(idleTimeoutMs, connectTimeoutMs) / 16)));
  let drained: (() => void) | undefined;
  const core: Core = {
    application,
    pools: new Pools(),
    downstreams: new Set(),
    readBuffer: Buffer.allocUnsafeSlow(READ_BUFFER_BYTES),
    tick: 0,
    idleTicks: Math.ceil(idleTimeoutMs / tickMs),
    connectTicks: Math.ceil(connectTimeoutMs / tickMs),
    upstreamLifetimeTicks: Math.ceil(upstreamLifetimeMs / tickMs),
    lingerTicks: Math.ceil(LINGER_MS / tickMs),
    isDraining: false,
    nowUs: () => settings.nowUs(),
    forget(client) {
      core.downstreams.delete(client);
      if (core.downstreams.size === 0) drained?.();
    },
  };
  const wheel = setInterval(() => {
    core.tick++;
    for (const client of core.downstreams) client.sweep();
    core.pools.sweep(core.tick, core.idleTicks);
  }, tickMs).unref();

  return {
    accept(socket: Socket, listener: Listener) {
      core.downstreams.add(new Downstream(core, socket, listener));
    },
    setIdleTimeout(ms) {
      core.idleTicks = Math.ceil(ms / tickMs);
    },
    closePool: (key) => core.pools.close(key),
    abortPool: (key) => core.pools.abort(key),
    async drain() {
      core.isDraining = true;
      for (const client of core.downstreams) client.drain();
      if (core.downstreams.size > 0) {
        await new Promise<void>((resolve) => {
          drained = resolve;
        });
      }
      clearInterval(wheel);
      core.pools.closeAll();
    },
    destroy() {
      clearInterval(wheel);
      for (const client of core.downstreams) client.socket.destroy();
      core.pools.closeAll();
    },
  };
}
