import type { Socket } from "node:net";
import type { Hop } from "@loopway/hop-kit";
import {
  createOpenSpans,
  type Listener,
  type OpenSpans,
  type RelayRoute,
  type SilentRoute,
  type UdpRelay,
  type UdpRoute,
} from "@loopway/l4-relay";
import { type Address, formatAddress, isInCidr } from "@loopway/model";
import { connectionSpan, droppedSpan, type OpenedConnection } from "./connection-span.ts";
import type { EndpointChooser } from "./endpoint-chooser.ts";
import { routeFor, type ServiceEndpoint, type ServiceRule, type ServiceTable } from "./service-table.ts";

export interface RouterOptions {
  hop: Pick<Hop, "config" | "nowUs" | "resolve" | "report">;
  chooser: EndpointChooser;
  table(): ServiceTable;
}

/** Linux, nf_conntrack_udp_timeout and nf_conntrack_udp_timeout_stream. */
const UDP_IDLE = { unansweredMs: 30_000, answeredMs: 120_000 };

type Verdict =
  | { kind: "forward"; opened: OpenedConnection; endpoint: ServiceEndpoint; source: string | undefined }
  | { kind: "drop"; opened: OpenedConnection }
  | { kind: "reject" };

/** Table and chooser → where one connection or flow goes, and what is told of it. */
export class Router {
  readonly #options: RouterOptions;
  readonly #openSpans: OpenSpans;

  constructor(options: RouterOptions) {
    this.#options = options;
    this.#openSpans = createOpenSpans(options.hop.report);
  }

  routeConnection(listener: Listener, downstream: Socket): RelayRoute | SilentRoute | undefined {
    const { hop } = this.#options;
    const verdict = this.#decide(listener, downstream.remoteAddress ?? "");
    if (verdict.kind === "reject") return undefined;
    if (verdict.kind === "drop")
      return {
        silent: true,
        abandoned: (end, bytesIn) => hop.report(droppedSpan(verdict.opened, end, { bytesIn, endUs: hop.nowUs() })),
      };
    const { connected, closed } = this.#teller(verdict);
    return { dial: hop.resolve("tcp", verdict.endpoint.address), ...from(verdict), connected, closed };
  }

  routeFlow(listener: Listener, client: Address): UdpRoute | undefined {
    const { hop } = this.#options;
    const verdict = this.#decide(listener, client.address);
    if (verdict.kind !== "forward") return undefined;
    const { connected: opened, closed } = this.#teller(verdict);
    return { dial: hop.resolve("udp", verdict.endpoint.address), ...from(verdict), idle: UDP_IDLE, opened, closed };
  }

  /** Flows to endpoints that no rule offers any more are forgotten (pkg/proxy/conntrack/cleanup.go); TCP connections are not. */
  flushStale(udpRelay: UdpRelay): void {
    if (udpRelay.flowCount === 0) return;
    const { hop, table } = this.#options;
    const offered = new Set<string>();
    for (const { protocol, onNode, elsewhere } of table().rules.values()) {
      if (protocol !== "udp") continue;
      for (const route of [...onNode.values(), elsewhere]) {
        if (route.kind !== "forward") continue;
        for (const { address } of route.endpoints) offered.add(formatAddress(hop.resolve("udp", address)));
      }
    }
    udpRelay.flush((dial) => !offered.has(formatAddress(dial)));
  }

  #decide(listener: Listener, client: string): Verdict {
    const { hop, chooser, table } = this.#options;
    const { rules, places, revision } = table();
    const rule = rules.get(listener.key);
    if (rule === undefined) return { kind: "reject" };
    const node = places.nodeOf(client);
    const route = routeFor(rule, node);
    if (route.kind === "reject") return route;
    const opened: OpenedConnection = { name: hop.config.name, rule, chosen: undefined, table: revision, startUs: hop.nowUs() };
    if (route.kind === "drop" || !isAdmitted(rule, client)) return { kind: "drop", opened };
    const endpoint = chooser.take({ rule, endpoints: route.endpoints, client, nowMs: hop.nowUs() / 1000 });
    if (endpoint === undefined) return { kind: "reject" };
    // A pod that reaches itself through its Service must not see its own address: the answer would not come back this way (hairpin).
    const isMasqueraded = route.source === "node" || endpoint.address.address === client;
    const source = isMasqueraded ? places.addressOf(rule.traffic === "external" ? hop.config.name : (node ?? "")) : client;
    return {
      kind: "forward",
      opened: { ...opened, chosen: { endpoint, candidates: route.endpoints.length } },
      endpoint,
      // Where the listener's own address could not be bound, neither can these.
      source: listener.bound.address === listener.virtual.address ? source : undefined,
    };
  }

  #teller({ opened, endpoint }: Extract<Verdict, { kind: "forward" }>): Pick<RelayRoute, "connected" | "closed"> {
    const { hop, chooser } = this.#options;
    return {
      connected: (connection) => this.#openSpans.opened(connection, () => connectionSpan(opened, connection)),
      closed: (connection) => {
        chooser.release(endpoint);
        this.#openSpans.closed(connection);
        hop.report(connectionSpan(opened, connection, hop.nowUs()));
      },
    };
  }
}

function from({ source }: Extract<Verdict, { kind: "forward" }>): { localAddress?: string } {
  return source === undefined ? {} : { localAddress: source };
}

function isAdmitted({ sourceRanges }: ServiceRule, client: string): boolean {
  return sourceRanges.length === 0 || sourceRanges.some((range) => isInCidr(client, range));
}
