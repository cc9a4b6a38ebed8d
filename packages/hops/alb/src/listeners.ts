import { createServer, type Server } from "node:net";
import { formatFailure, type Hop, log } from "@loopway/hop-kit";
import type { CompiledListener, LoadBalancerTable } from "@loopway/routing";
import type { AlbEngine, Entry } from "./request-state.ts";

/** The open ports: each address of the load balancer times each listener. */
export class Listeners {
  readonly #hop: Hop;
  readonly #engine: Pick<AlbEngine, "accept">;
  readonly #entriesByPort = new Map<number, Entry>();
  readonly #serversByAddress = new Map<string, Server>();
  #connectionCount = 0;

  constructor(hop: Hop, engine: Pick<AlbEngine, "accept">) {
    this.#hop = hop;
    this.#engine = engine;
  }

  /** Swaps the table of every listener at once, opens what is new, closes what is gone. Resolves when the new ports are open. */
  async apply(table: LoadBalancerTable): Promise<void> {
    const listenersByPort = new Map(table.listeners.map((listener) => [listener.listenerPort, listener]));
    for (const [port, entry] of this.#entriesByPort) if (!listenersByPort.has(port)) entry.current = undefined;
    for (const listener of table.listeners) this.#entryOf(listener).current = { table, listener };
    const wanted = new Map(
      table.addresses.flatMap((address) =>
        table.listeners.map(({ listenerPort }) => [`${address}:${listenerPort}`, { address, port: listenerPort }]),
      ),
    );
    for (const [key, server] of this.#serversByAddress) {
      if (wanted.has(key)) continue;
      server.close();
      this.#serversByAddress.delete(key);
    }
    const fresh = [...wanted].filter(([key]) => !this.#serversByAddress.has(key));
    await Promise.all(fresh.map(([key, virtual]) => this.#open(key, virtual)));
  }

  #entryOf({ listenerPort }: CompiledListener): Entry {
    const entry = this.#entriesByPort.get(listenerPort) ?? { current: undefined, listenerPort };
    this.#entriesByPort.set(listenerPort, entry);
    return entry;
  }

  /** A port that cannot be had is logged and tried again with the next change; the others serve. */
  async #open(key: string, virtual: { address: string; port: number }): Promise<void> {
    const entry = this.#entriesByPort.get(virtual.port);
    if (entry === undefined) return;
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      this.#engine.accept(socket, { entry, traceId: this.#nextTraceId() });
    });
    this.#serversByAddress.set(key, server);
    try {
      await this.#hop.listen(server, virtual);
    } catch (error) {
      this.#serversByAddress.delete(key);
      log(formatFailure(error));
    }
  }

  #nextTraceId(): string {
    return `TID_${process.pid.toString(16).padStart(6, "0")}${(++this.#connectionCount).toString(16).padStart(10, "0")}`;
  }

  /** No new connections. */
  close(): void {
    for (const server of this.#serversByAddress.values()) server.close();
    this.#serversByAddress.clear();
  }
}
