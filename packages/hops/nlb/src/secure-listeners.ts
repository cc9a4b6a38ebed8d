import type { Socket } from "node:net";
import type { Hop } from "@loopway/hop-kit";
import { type DeferredRoute, flowEndOf, type Listener, type RelayRoute, type SilentRoute } from "@loopway/l4-relay";
import type { TlsDecision } from "@loopway/model";
import { entranceOf, type NetworkListener, type NetworkTable } from "./compile.ts";
import type { FlowMetrics } from "./flow-metrics.ts";
import type { FlowRouter } from "./flow-router.ts";
import { failedSpan } from "./flow-span.ts";
import type { ServedCertificates } from "./served-certificates.ts";
import { TlsTermination } from "./tls-termination.ts";

export interface SecureListenersOptions {
  hop: Pick<Hop, "config" | "nowUs" | "report">;
  table(): NetworkTable | undefined;
  certificates: ServedCertificates;
  router: FlowRouter;
  metrics: FlowMetrics;
}

/** Before a connection to a TLS listener is routed, its handshake; others are routed at once. */
export class SecureListeners {
  readonly #options: SecureListenersOptions;
  readonly #termination = new TlsTermination();

  constructor(options: SecureListenersOptions) {
    this.#options = options;
  }

  route(listener: Listener, downstream: Socket): RelayRoute | SilentRoute | DeferredRoute | undefined {
    const { table, router } = this.#options;
    const listening = table()?.listeners.find(({ listenerPort, tls }) => tls !== undefined && listenerPort === listener.virtual.port);
    return listening === undefined ? router.routeConnection(listener, downstream) : this.#terminate(listener, downstream, listening);
  }

  /** Ends the handshakes that are under way. */
  drain(): void {
    this.#termination.drain();
  }

  /** The target is chosen when the handshake is over. */
  #terminate(listener: Listener, downstream: Socket, listening: NetworkListener): DeferredRoute {
    const { certificates, router } = this.#options;
    const security = { certificates: certificates.of(listening), alpnPolicy: listening.tls?.alpnPolicy };
    const told = this.#teller(listener, downstream, listening);
    return {
      defer: (accept) =>
        this.#termination.accept(downstream, security, {
          agreed: (stream, decision) => accept(stream, router.routeConnection(listener, downstream, decision)),
          failed: told,
        }),
    };
  }

  #teller({ virtual }: Listener, downstream: Socket, { decision: rule }: NetworkListener): (decision: TlsDecision) => void {
    const { hop, table, metrics } = this.#options;
    const zone = entranceOf(table(), "tcp", virtual)?.zone;
    // A socket that is closed has no addresses any more.
    const flow = flowEndOf(downstream);
    const opened = { name: hop.config.name, table: table()?.revision ?? "", startUs: hop.nowUs() };
    return (decision) => {
      const { bytesRead: bytesIn } = downstream;
      // Somebody who only looked whether the port is open.
      if (bytesIn === 0 && decision.failure !== "ETIMEDOUT") return;
      if (zone !== undefined) metrics.handshakeFailed(zone, "client");
      hop.report(failedSpan({ ...opened, decisions: [rule, decision] }, flow, { code: "E_TLS", bytesIn, endUs: hop.nowUs() }));
    };
  }
}
