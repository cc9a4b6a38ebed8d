import { createServer, type Server, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { Address, FlowEnd } from "@loopway/model";
import { flowEndOf, RelayConnection } from "./relay-connection.ts";
import { resetSocket } from "./reset-socket.ts";

/** Where one accepted connection goes, and who is told about it. */
export interface RelayRoute {
  dial: Address;
  /** Source address of the upstream connection; chosen by the system when absent. */
  localAddress?: string;
  /** Sent before the client's bytes: the header of the PROXY protocol. */
  preamble?: Uint8Array;
  /** What is spoken with the upstream over its TCP socket, which may still be connecting (TLS); named to `speaksOver`. */
  secure?(tcp: Socket): Socket;
  /** After so long without a byte the connection is forgotten without a word; what comes after it is answered with resets. */
  idleMs?: number;
  /** The client's connection stands, the upstream's is being made: that may take until the client gives up. */
  dialling?(connection: RelayedConnection): void;
  /** Both connections stand. */
  connected(connection: RelayedConnection): void;
  /** Both are closed, or the dial failed: then there is no upstream and `failure` says why. Called once, in any case. */
  closed(connection: RelayedConnection): void;
}

/** Nobody answers, as behind a firewall that drops: what the client sends is thrown away until it gives up. */
export interface SilentRoute {
  silent: true;
  /** The client has gone, or the time to connect is over. */
  abandoned(downstream: FlowEnd, bytesIn: number): void;
}

/** Something is to be agreed with the client first (TLS). */
export interface DeferredRoute {
  /** Calls `accept`, once, with what is then spoken with the client and where it goes; or ends the connection itself. */
  defer(accept: (downstream: Socket, route: RelayRoute | SilentRoute | undefined) => void): void;
}

export interface RelayedConnection {
  readonly downstream: FlowEnd;
  /** Absent while there is no upstream connection. */
  readonly upstream: FlowEnd | undefined;
  /** So far: from the client, and from the upstream. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** System error code ("ECONNREFUSED", "ECONNRESET") of the side that failed first. */
  readonly failure: string | undefined;
  /** Who ended it with a reset, where somebody did: `relay` also where the upstream could not be reached at all. */
  readonly resetBy: "client" | "upstream" | "relay" | undefined;
  /** Ends it with a reset on either side. */
  reset(): void;
}

export interface Relay {
  /** A server to listen with; `route` is asked once per connection. Undefined refuses it: the client sees a reset. */
  createServer(route: (downstream: Socket) => RelayRoute | SilentRoute | DeferredRoute | undefined): Server;
  /** Waits until no byte moves any more, for a few seconds at most, then closes all connections. Close the servers first. */
  drain(): Promise<void>;
}

/** A relay cannot know whether a request is under way: silence of this length is taken for its end. */
const QUIET_MS = 500;
const DRAIN_LIMIT_MS = 5_000;
/** When a Linux client gives up connecting: net.ipv4.tcp_syn_retries 6. */
const SILENCE_LIMIT_MS = 127_000;
/** How exactly idle time is measured. */
const SWEEP_MS = 500;

/** The TCP data plane: moves bytes between two sockets and looks at none of them. */
export function createRelay(): Relay {
  const connections = new Set<RelayConnection>();
  const silent = new Set<Socket>();
  let sweeper: NodeJS.Timeout | undefined;
  const accept = (socket: Socket, route: RelayRoute | SilentRoute | DeferredRoute | undefined) => {
    // A client that is gone before it is accepted has no address any more.
    if (route === undefined || socket.remoteAddress === undefined) {
      resetSocket(socket.on("error", () => undefined));
      return;
    }
    if ("defer" in route) return route.defer(accept);
    if ("silent" in route) return ignore(socket, route);
    connections.add(new RelayConnection(socket, route, (connection) => connections.delete(connection)));
    if (route.idleMs !== undefined) sweeper ??= setInterval(sweep, SWEEP_MS).unref();
  };
  const sweep = () => {
    const nowMs = performance.now();
    for (const connection of connections) connection.expireWhenIdle(nowMs);
    if (connections.size > 0) return;
    clearInterval(sweeper);
    sweeper = undefined;
  };
  const ignore = (socket: Socket, { abandoned }: SilentRoute) => {
    const downstream = flowEndOf(socket);
    const timer = setTimeout(() => resetSocket(socket), SILENCE_LIMIT_MS).unref();
    silent.add(socket);
    // Read and not left in the kernel: otherwise nobody would hear that the client has gone.
    socket.resume().on("end", () => socket.destroy());
    socket.on("error", () => undefined);
    socket.on("close", () => {
      clearTimeout(timer);
      silent.delete(socket);
      abandoned(downstream, socket.bytesRead);
    });
  };
  const bytesMoved = () => [...connections].reduce((sum, { bytesIn, bytesOut }) => sum + bytesIn + bytesOut, 0);
  return {
    createServer: (route) => createServer({ allowHalfOpen: true, noDelay: true }, (socket) => accept(socket, route(socket))),
    async drain() {
      const deadlineMs = performance.now() + DRAIN_LIMIT_MS;
      let before = -1;
      while (connections.size > 0 && performance.now() < deadlineMs && bytesMoved() !== before) {
        before = bytesMoved();
        await pause(QUIET_MS);
      }
      for (const connection of connections) connection.destroy();
      for (const socket of silent) socket.destroy();
      clearInterval(sweeper);
      sweeper = undefined;
    },
  };
}
