/** Which endpoint a connection goes to. What it remembers outlives every table: turns, who was where, and how many connections are open. */
import { type ScheduledConnection, type Scheduler, SessionAffinity, schedule } from "@loopway/balancing";
import { formatAddress } from "@loopway/model";
import type { ServiceEndpoint, ServiceRule } from "./service-table.ts";

export interface Choice {
  rule: ServiceRule;
  /** Not empty. */
  endpoints: readonly ServiceEndpoint[];
  /** IP address. */
  client: string;
  nowMs: number;
}

export class EndpointChooser {
  scheduler: Scheduler = "random";
  readonly #random: () => number;
  readonly #affinity = new SessionAffinity();
  readonly #cursors = new Map<string, number>();
  readonly #openCounts = new Map<string, number>();

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Counts the connection as open until `release`. */
  take(choice: Choice): ServiceEndpoint | undefined {
    const endpoint = this.#remembered(choice) ?? this.#schedule(choice);
    if (endpoint === undefined) return undefined;
    const key = formatAddress(endpoint.address);
    const { rule, client, nowMs } = choice;
    if (rule.affinityMs !== undefined) this.#affinity.remember(`${rule.servicePort} ${client}`, key, { nowMs, timeoutMs: rule.affinityMs });
    this.#openCounts.set(key, this.#openTo(key) + 1);
    return endpoint;
  }

  release({ address }: ServiceEndpoint): void {
    const key = formatAddress(address);
    const left = this.#openTo(key) - 1;
    if (left > 0) this.#openCounts.set(key, left);
    else this.#openCounts.delete(key);
  }

  /** The client's last endpoint, as long as it may be chosen at all: one that is gone falls through to a new choice. */
  #remembered({ rule, endpoints, client, nowMs }: Choice): ServiceEndpoint | undefined {
    if (rule.affinityMs === undefined) return undefined;
    const last = this.#affinity.recall(`${rule.servicePort} ${client}`, nowMs);
    return last === undefined ? undefined : endpoints.find(({ address }) => formatAddress(address) === last);
  }

  #schedule({ rule, endpoints, client }: Choice): ServiceEndpoint | undefined {
    const cursor = this.#cursors.get(rule.servicePort) ?? 0;
    const connection: ScheduledConnection = {
      source: client,
      destination: formatAddress(rule.virtual),
      cursor,
      loads: () => endpoints.map(({ address }) => this.#openTo(formatAddress(address))),
      random: this.#random(),
    };
    const index = schedule(this.scheduler, endpoints.length, connection);
    if (this.scheduler === "rr" || this.scheduler === "wrr") this.#cursors.set(rule.servicePort, index + 1);
    return endpoints[index];
  }

  #openTo(endpoint: string): number {
    return this.#openCounts.get(endpoint) ?? 0;
  }
}
