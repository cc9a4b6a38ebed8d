/** What CloudWatch counts of flows, by availability zone. A flow costs a few additions when it comes and when it goes, its bytes nothing. */
import type { RelayedConnection } from "@loopway/l4-relay";
import type { Metric, Protocol, TlsDecision } from "@loopway/model";

/** A flow of a TLS listener counts as TLS, and not as TCP. */
export type FlowProtocol = Protocol | "tls";

interface Flows {
  started: number;
  blocked: number;
  failedOpen: number;
  /** Of those that are over. */
  bytes: number;
  readonly open: Set<RelayedConnection>;
}

interface ZoneCounts {
  tcp: Flows;
  tls: Flows;
  udp: Flows;
  resets: Record<"client" | "upstream" | "relay", number>;
  handshakeErrors: Record<TlsDecision["peer"], number>;
}

type Row = [name: string, type: Metric["type"], value: number];

export class FlowMetrics {
  readonly #zones = new Map<string, ZoneCounts>();
  readonly #changed: () => void;

  /** `changed` is called at everything that is counted here. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get hasOpenFlows(): boolean {
    return [...this.#zones.values()].some(({ tcp, tls, udp }) => tcp.open.size + tls.open.size + udp.open.size > 0);
  }

  opened(zone: string, protocol: FlowProtocol, flow: RelayedConnection): void {
    const flows = this.#zone(zone)[protocol];
    flows.started++;
    flows.open.add(flow);
    this.#changed();
  }

  /** Of a flow that was never opened only who ended it counts. */
  closed(zone: string, protocol: FlowProtocol, flow: RelayedConnection): void {
    const counts = this.#zone(zone);
    if (counts[protocol].open.delete(flow)) counts[protocol].bytes += flow.bytesIn + flow.bytesOut;
    if (flow.resetBy !== undefined) counts.resets[flow.resetBy]++;
    this.#changed();
  }

  /** Nobody takes the connection, and the load balancer resets it. */
  refused(zone: string): void {
    this.#zone(zone).resets.relay++;
    this.#changed();
  }

  /** Security groups know nothing of TLS. */
  blocked(zone: string, protocol: Protocol): void {
    this.#zone(zone)[protocol].blocked++;
    this.#changed();
  }

  /** It goes to a target that is not healthy, as none is. */
  failedOpen(zone: string, protocol: FlowProtocol): void {
    this.#zone(zone)[protocol].failedOpen++;
  }

  /** TLS could not be agreed on. */
  handshakeFailed(zone: string, peer: TlsDecision["peer"]): void {
    this.#zone(zone).handshakeErrors[peer]++;
    this.#changed();
  }

  /** `LoadBalancer` as CloudWatch writes it: net/name/id. NLB guide, "CloudWatch metrics for your Network Load Balancer". */
  read(LoadBalancer: string): Metric[] {
    return [...this.#zones].flatMap(([AvailabilityZone, counts]) =>
      rowsOf(counts).map(([name, type, value]) => ({
        namespace: "AWS/NetworkELB" as const,
        name,
        type,
        dimensions: { LoadBalancer, AvailabilityZone },
        value,
      })),
    );
  }

  #zone(name: string): ZoneCounts {
    const known = this.#zones.get(name);
    if (known !== undefined) return known;
    const fresh: ZoneCounts = {
      tcp: noFlows(),
      tls: noFlows(),
      udp: noFlows(),
      resets: { client: 0, upstream: 0, relay: 0 },
      handshakeErrors: { client: 0, target: 0 },
    };
    this.#zones.set(name, fresh);
    return fresh;
  }
}

function noFlows(): Flows {
  return { started: 0, blocked: 0, failedOpen: 0, bytes: 0, open: new Set() };
}

function rowsOf({ tcp, tls, udp, resets, handshakeErrors }: ZoneCounts): Row[] {
  const [tcpBytes, tlsBytes, udpBytes] = [bytesOf(tcp), bytesOf(tls), bytesOf(udp)];
  return [
    ["ActiveFlowCount", "gauge", tcp.open.size + tls.open.size + udp.open.size],
    ["ActiveFlowCount_TCP", "gauge", tcp.open.size],
    ["ActiveFlowCount_TLS", "gauge", tls.open.size],
    ["ActiveFlowCount_UDP", "gauge", udp.open.size],
    ["NewFlowCount", "counter", tcp.started + tls.started + udp.started],
    ["NewFlowCount_TCP", "counter", tcp.started],
    ["NewFlowCount_TLS", "counter", tls.started],
    ["NewFlowCount_UDP", "counter", udp.started],
    ["ProcessedBytes", "counter", tcpBytes + tlsBytes + udpBytes],
    ["ProcessedBytes_TCP", "counter", tcpBytes],
    ["ProcessedBytes_TLS", "counter", tlsBytes],
    ["ProcessedBytes_UDP", "counter", udpBytes],
    ["TCP_Client_Reset_Count", "counter", resets.client],
    ["TCP_Target_Reset_Count", "counter", resets.upstream],
    ["TCP_ELB_Reset_Count", "counter", resets.relay],
    ["ClientTLSNegotiationErrorCount", "counter", handshakeErrors.client],
    ["TargetTLSNegotiationErrorCount", "counter", handshakeErrors.target],
    ["UnhealthyRoutingFlowCount", "counter", tcp.failedOpen + tls.failedOpen + udp.failedOpen],
    ["SecurityGroupBlockedFlowCount_Inbound_TCP", "counter", tcp.blocked],
    ["SecurityGroupBlockedFlowCount_Inbound_UDP", "counter", udp.blocked],
  ];
}

function bytesOf({ bytes, open }: Flows): number {
  let sum = bytes;
  for (const flow of open) sum += flow.bytesIn + flow.bytesOut;
  return sum;
}
