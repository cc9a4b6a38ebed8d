import type { RemoteInfo, Socket as UdpSocket } from "node:dgram";
import type { Address } from "@loopway/model";
import type { RelayedConnection } from "./relay.ts";
import { UdpFlow } from "./udp-flow.ts";

/** Where the datagrams of one client port go, and who is told about the flow. */
export interface UdpRoute {
  dial: Address;
  /** Source address of the upstream socket; chosen by the system when absent. */
  localAddress?: string;
  /** How long the flow lives without a datagram: before the first answer, and after it. */
  idle: { unansweredMs: number; answeredMs: number };
  opened(flow: RelayedConnection): void;
  /** Expired, flushed, drained, or failed: then `failure` says why. Called once, in any case. */
  closed(flow: RelayedConnection): void;
}

export interface UdpRelay {
  /** Takes what arrives at a bound socket; `route` is asked at the first datagram of a flow. Undefined drops it, and asks again at the next. */
  serve(socket: UdpSocket, route: (client: Address) => UdpRoute | undefined): void;
  /** Ends the flows to these endpoints, so that the next datagram is routed anew (kube-proxy, stale conntrack entries). */
  flush(isStale: (dial: Address) => boolean): void;
  readonly flowCount: number;
  /** Ends all flows. Close the sockets first. */
  drain(): void;
}

const SWEEP_MS = 500;

/** The UDP data plane: a flow per client address and port, each with an upstream socket of its own, so that no answer can go astray. */
export function createUdpRelay(): UdpRelay {
  const flows = new Set<UdpFlow>();
  let sweeper: NodeJS.Timeout | undefined;

  const sweep = () => {
    const nowMs = performance.now();
    for (const flow of flows) if (nowMs >= flow.expiresMs) flow.end();
    if (flows.size > 0) return;
    clearInterval(sweeper);
    sweeper = undefined;
  };

  return {
    serve(socket, route) {
      const { address, port } = socket.address();
      const own = new Map<string, UdpFlow>();
      const open = (key: string, client: RemoteInfo): UdpFlow | undefined => {
        const chosen = route(client);
        if (chosen === undefined) return undefined;
        const flow = new UdpFlow({ socket, local: { address, port }, client, route: chosen }, (ended) => {
          own.delete(key);
          flows.delete(ended);
        });
        own.set(key, flow);
        flows.add(flow);
        sweeper ??= setInterval(sweep, SWEEP_MS).unref();
        return flow;
      };
      socket.on("message", (datagram, client) => {
        const key = `${client.address}:${client.port}`;
        (own.get(key) ?? open(key, client))?.forward(datagram);
      });
    },
    flush(isStale) {
      for (const flow of flows) if (isStale(flow.dial)) flow.end();
    },
    get flowCount() {
      return flows.size;
    },
    drain() {
      for (const flow of flows) flow.end();
      clearInterval(sweeper);
      sweeper = undefined;
    },
  };
}
