import type { Server } from "node:net";
import { formatFailure, log } from "@loopway/hop-kit";
import { type Address, formatAddress } from "@loopway/model";

export interface ListenersOptions {
  listen(server: Server, virtual: Address): Promise<Address>;
  createServer(listener: Listener): Server;
}

export interface Listener {
  /** "address:port" of the virtual address. */
  readonly key: string;
  readonly virtual: Address;
  /** Where it really listens. */
  bound: Address;
}

export interface Listeners {
  /** Opens what is missing, closes what is no longer wanted, leaves the rest alone. Resolves when that is done. Never rejects. */
  apply(wanted: readonly Address[]): Promise<void>;
}

/**
 * The open listeners, changed by difference: one that stays wanted is never closed, so that no connection is refused because of somebody
 * else's change. Closing ends listening only; connections live on. An address that cannot be bound is told and tried again at the next change.
 */
export function createListeners({ listen, createServer }: ListenersOptions): Listeners {
  const servers = new Map<string, Server>();
  let wanted = new Map<string, Address>();
  let lastPass = Promise.resolve();

  const open = async (key: string, virtual: Address) => {
    const listener: Listener = { key, virtual, bound: virtual };
    const server = createServer(listener);
    servers.set(key, server);
    try {
      listener.bound = await listen(server, virtual);
    } catch (error) {
      servers.delete(key);
      log(formatFailure(error));
    }
  };
  const pass = async () => {
    for (const [key, server] of servers) {
      if (wanted.has(key)) continue;
      servers.delete(key);
      server.close();
    }
    await Promise.all([...wanted].filter(([key]) => !servers.has(key)).map(([key, virtual]) => open(key, virtual)));
  };
  return {
    // One pass after the other: an address is never opened while it is being closed.
    apply(addresses) {
      wanted = new Map(addresses.map((address) => [formatAddress(address), address]));
      lastPass = lastPass.then(pass);
      return lastPass;
    },
  };
}
