import type { Socket } from "node:net";
import type { Hop } from "@loopway/hop-kit";
import { encodeProxyHeader } from "@loopway/http";
import {
  createOpenSpans,
  type Listener,
  type OpenSpans,
  type RelayedConnection,
  type RelayRoute,
  type SilentRoute,
  type UdpRoute,
} from "@loopway/l4-relay";
import { type Address, type Decision, formatAddress, type Protocol, type TlsDecision } from "@loopway/model";
import { candidatesIn, chooseByFlow, chooseBySource, chooseGroup, type FlowKey } from "./choose-target.ts";
import { entranceOf, type NetworkListener, type NetworkTable } from "./compile.ts";
import type { FlowMetrics, FlowProtocol } from "./flow-metrics.ts";
import { flowSpan, type OpenedFlow } from "./flow-span.ts";
import type { NetworkTarget } from "./network-target.ts";
import type { NetworkTargetGroup } from "./network-target-group.ts";
import { secureTarget } from "./secure-target.ts";

export interface FlowRouterOptions {
  hop: Pick<Hop, "config" | "nowUs" | "resolve" | "report">;
  /** Of the flow hash. */
  seed: number;
  table(): NetworkTable | undefined;
  groupNamed(name: string): NetworkTargetGroup | undefined;
  metrics: FlowMetrics;
}

/** NLB guide, "Connection idle timeout": UDP flows live 120 seconds, which cannot be changed. */
const UDP_IDLE = { unansweredMs: 120_000, answeredMs: 120_000 };

interface Choice {
  counted: FlowProtocol;
  zone: string;
  listener: NetworkListener;
  group: NetworkTargetGroup;
  target: NetworkTarget;
  opened: OpenedFlow;
}

/** Table and targets → where one connection or flow goes, and what is told of it. */
export class FlowRouter {
  readonly #options: FlowRouterOptions;
  readonly #openSpans: OpenSpans;

  constructor(options: FlowRouterOptions) {
    this.#options = options;
    this.#openSpans = createOpenSpans(options.hop.report);
  }

  /** Undefined: there is nobody to take it, and the client sees a reset. `handshake`: what a TLS client and the listener have agreed. */
  routeConnection(listener: Listener, downstream: Socket, handshake?: TlsDecision): RelayRoute | SilentRoute | undefined {
    const { remoteAddress: address = "", remotePort: port = 0 } = downstream;
    const client = { address, port };
    const choice = this.#choose("tcp", listener, client);
    if (choice === undefined) return undefined;
    if (handshake !== undefined) choice.opened.decisions.splice(1, 0, handshake);
    const { group, target } = choice;
    // NLB guide, "Client IP preservation": a target that is its own client never gets an answer.
    if (group.preservesClientIp && target.virtual.address === address) return { silent: true, abandoned: () => undefined };
    const header = group.usesProxyProtocol ? encodeProxyHeader({ source: client, destination: listener.virtual }) : undefined;
    const { opened, closed } = this.#teller(choice);
    return {
      // A target that takes no connections any more is to lose those as well.
      dialling: (connection) => target.connections.add(connection),
      dial: this.#options.hop.resolve("tcp", target.virtual),
      ...sourceOf(group, listener, client),
      ...(header === undefined ? {} : { preamble: header }),
      ...secureOf(choice, handshake),
      idleMs: choice.listener.tcpIdleMs,
      connected: opened,
      closed,
    };
  }

  routeFlow(listener: Listener, client: Address): UdpRoute | undefined {
    const choice = this.#choose("udp", listener, client);
    if (choice === undefined) return undefined;
    const { group, target } = choice;
    const dial = this.#options.hop.resolve("udp", target.virtual);
    return { dial, ...sourceOf(group, listener, client), idle: UDP_IDLE, ...this.#teller(choice) };
  }

  #choose(protocol: Protocol, { virtual }: Listener, client: Address): Choice | undefined {
    const { hop, seed, table: current, groupNamed, metrics } = this.#options;
    const table = current();
    const entrance = entranceOf(table, protocol, virtual);
    if (table === undefined || entrance === undefined) return undefined;
    const { listener, zone } = entrance;
    const flow: FlowKey = { protocol, source: formatAddress(client), destination: formatAddress(virtual) };
    const group = groupNamed(chooseGroup(listener.targetGroups, flow, seed)?.name ?? "");
    const candidates = group === undefined ? [] : candidatesIn(group.targets, zone, group.crossesZones(table.isCrossZone));
    // NLB guide, "Sticky sessions": not supported with TLS listeners.
    const isSticky = group?.isSticky === true && listener.tls === undefined;
    const target = isSticky ? chooseBySource(candidates, client.address) : chooseByFlow(candidates, flow, seed);
    if (group === undefined || target === undefined) {
      if (protocol === "tcp") metrics.refused(zone);
      return undefined;
    }
    const counted = listener.tls === undefined ? protocol : "tls";
    if (target.state === "unhealthy") metrics.failedOpen(zone, counted);
    const decision = {
      kind: "target" as const,
      targetGroup: group.object.metadata.name,
      target: target.name,
      health: target.state,
      algorithm: isSticky ? "source_ip" : "flow_hash",
      candidates: candidates.length,
    };
    const { decision: admission } = table.firewall.admit(protocol, virtual.port, client.address);
    const decisions: Decision[] = [listener.decision, ...(admission === undefined ? [] : [admission]), decision];
    const opened: OpenedFlow = { name: hop.config.name, table: table.revision, decisions, startUs: hop.nowUs() };
    return { counted, zone, listener, group, target, opened };
  }

  #teller({ counted, zone, target, opened }: Choice): Pick<UdpRoute, "opened" | "closed"> {
    const { hop, metrics } = this.#options;
    return {
      opened: (flow: RelayedConnection) => {
        metrics.opened(zone, counted, flow);
        target.connections.add(flow);
        this.#openSpans.opened(flow, () => flowSpan(opened, flow));
      },
      closed: (flow: RelayedConnection) => {
        metrics.closed(zone, counted, flow);
        // Without an upstream it was never spoken to.
        if (flow.upstream !== undefined && opened.decisions.some(isFailedHandshake)) metrics.handshakeFailed(zone, "target");
        target.connections.delete(flow);
        this.#openSpans.closed(flow);
        hop.report(flowSpan(opened, flow, hop.nowUs()));
      },
    };
  }
}

function isFailedHandshake(decision: Decision): boolean {
  return decision.kind === "tls" && decision.failure !== undefined;
}

/** Where the target group speaks TLS: it is told of behind the target. */
function secureOf({ listener, group, opened }: Choice, handshake: TlsDecision | undefined): Pick<RelayRoute, "secure"> {
  if (listener.tls === undefined || group.object.spec.protocol !== "TLS") return {};
  const decision: TlsDecision = { kind: "tls", peer: "target" };
  opened.decisions.push(decision);
  return { secure: secureTarget(listener.tls.policy, handshake?.alpn, decision) };
}

/** The client's address, or the load balancer's own in this zone. Where that could not be bound, neither can the client's. */
function sourceOf(group: NetworkTargetGroup, { virtual, bound }: Listener, client: Address): { localAddress?: string } {
  if (bound.address !== virtual.address) return {};
  return { localAddress: group.preservesClientIp ? client.address : virtual.address };
}
