import { createSocket, type Socket as UdpSocket } from "node:dgram";
import type { Server } from "node:net";
import { formatFailure, type Hop, log } from "@loopway/hop-kit";
import { type Address, bindingKey, type Protocol } from "@loopway/model";

/** One address that is open, or about to be. */
export interface Listener {
  readonly key: string;
  readonly protocol: Protocol;
  readonly virtual: Address;
  /** Where it really listens. */
  bound: Address;
}

export interface ListenersOptions extends Pick<Hop, "listen" | "listenUdp"> {
  createServer(listener: Listener): Server;
  serveUdp(listener: Listener, socket: UdpSocket): void;
}

export interface Listeners {
  /** Opens what is missing, closes what is no longer wanted, leaves the rest alone. Resolves when that is done. Never rejects. */
  apply(wanted: readonly Pick<Listener, "protocol" | "virtual">[]): Promise<void>;
}

/**
 * The open listeners, changed by difference: one that stays wanted is never closed, so that no connection is refused because of somebody
 * else's change. Closing ends listening only; connections live on. An address that cannot be bound is told and tried again at the next change.
 */
export function createListeners({ listen, listenUdp, createServer, serveUdp }: ListenersOptions): Listeners {
  const open = new Map<string, { close(): unknown }>();
  let wanted = new Map<string, Pick<Listener, "protocol" | "virtual">>();
  let lastPass = Promise.resolve();

  const start = async (listener: Listener) => {
    const { key, protocol, virtual } = listener;
    try {
      if (protocol === "tcp") {
        const server = createServer(listener);
        open.set(key, server);
        listener.bound = await listen(server, virtual);
      } else {
        const socket = createSocket("udp4");
        open.set(key, socket);
        listener.bound = await listenUdp(socket, virtual);
        serveUdp(listener, socket);
      }
    } catch (error) {
      open.delete(key);
      log(formatFailure(error));
    }
  };
  const pass = async () => {
    for (const [key, listener] of open) {
      if (wanted.has(key)) continue;
      open.delete(key);
      listener.close();
    }
    const fresh = [...wanted].filter(([key]) => !open.has(key));
    await Promise.all(fresh.map(([key, { protocol, virtual }]) => start({ key, protocol, virtual, bound: virtual })));
  };
  return {
    // One pass after the other: an address is never opened while it is being closed.
    apply(listeners) {
      wanted = new Map(listeners.map((listener) => [bindingKey(listener.protocol, listener.virtual), listener]));
      lastPass = lastPass.then(pass);
      return lastPass;
    },
  };
}
