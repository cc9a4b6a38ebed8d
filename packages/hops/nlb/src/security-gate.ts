/** The security groups before the listeners: who is not let in gets no answer, whatever the listener would do with it. */
import type { Socket } from "node:net";
import type { Hop } from "@loopway/hop-kit";
import type { Listener, SilentRoute } from "@loopway/l4-relay";
import { type Address, formatAddress, type Protocol } from "@loopway/model";
import { entranceOf, type NetworkTable } from "./compile.ts";
import type { FlowMetrics } from "./flow-metrics.ts";
import { failedSpan, type OpenedFlow } from "./flow-span.ts";

export interface SecurityGateOptions {
  hop: Pick<Hop, "config" | "nowUs" | "report">;
  table(): NetworkTable | undefined;
  metrics: FlowMetrics;
}

export class SecurityGate {
  readonly #options: SecurityGateOptions;

  constructor(options: SecurityGateOptions) {
    this.#options = options;
  }

  /** Undefined: it is let in. Here a connection that is dropped stands already, as the system accepts before any process is asked. */
  dropConnection(listener: Listener, { remoteAddress = "" }: Socket): SilentRoute | undefined {
    const { hop } = this.#options;
    const dropped = this.#drop("tcp", listener, remoteAddress);
    if (dropped === undefined) return undefined;
    return {
      silent: true,
      abandoned: (end, bytesIn) => hop.report(failedSpan(dropped, end, { code: "E_DROPPED", bytesIn, endUs: hop.nowUs() })),
    };
  }

  /** There is no flow: each datagram is refused for itself. */
  dropsDatagram(listener: Listener, client: Address): boolean {
    const { hop } = this.#options;
    const dropped = this.#drop("udp", listener, client.address);
    if (dropped === undefined) return false;
    const downstream = { protocol: "udp" as const, local: formatAddress(listener.virtual), remote: formatAddress(client) };
    hop.report(failedSpan(dropped, downstream, { code: "E_DROPPED", bytesIn: 0, endUs: hop.nowUs() }));
    return true;
  }

  #drop(protocol: Protocol, { virtual }: Listener, client: string): OpenedFlow | undefined {
    const { hop, table: current, metrics } = this.#options;
    const table = current();
    const entrance = entranceOf(table, protocol, virtual);
    if (table === undefined || entrance === undefined) return undefined;
    const { isAdmitted, decision } = table.firewall.admit(protocol, virtual.port, client);
    if (isAdmitted || decision === undefined) return undefined;
    metrics.blocked(entrance.zone, protocol);
    return { name: hop.config.name, table: table.revision, decisions: [entrance.listener.decision, decision], startUs: hop.nowUs() };
  }
}
