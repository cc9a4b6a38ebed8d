import { createServer, type Server, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { Address, FlowEnd } from "@loopway/model";
import { RelayConnection } from "./relay-connection.ts";

/** Where one accepted connection goes, and who is told about it. */
export interface RelayRoute {
  dial: Address;
  /** Source address of the upstream connection; chosen by the system when absent. */
  localAddress?: string;
  /** Both connections stand. */
  connected(connection: RelayedConnection): void;
  /** Both are closed, or the dial failed: then there is no upstream and `failure` says why. Called once, in any case. */
  closed(connection: RelayedConnection): void;
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
}

export interface Relay {
  /** A server to listen with; `route` is asked once per connection. Undefined refuses it: the client sees a reset. */
  createServer(route: (downstream: Socket) => RelayRoute | undefined): Server;
  /** Waits until no byte moves any more, for a few seconds at most, then closes all connections. Close the servers first. */
  drain(): Promise<void>;
}

/** A relay cannot know whether a request is under way: silence of this length is taken for its end. */
const QUIET_MS = 500;
const DRAIN_LIMIT_MS = 5_000;

/** The TCP data plane: moves bytes between two sockets and looks at none of them. */
export function createRelay(): Relay {
  const connections = new Set<RelayConnection>();
  const accept = (socket: Socket, route: RelayRoute | undefined) => {
    // A client that is gone before it is accepted has no address any more.
    if (route === undefined || socket.remoteAddress === undefined) {
      socket.on("error", () => undefined).resetAndDestroy();
      return;
    }
    connections.add(new RelayConnection(socket, route, (connection) => connections.delete(connection)));
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
    },
  };
}
