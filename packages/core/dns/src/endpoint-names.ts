import { type EndpointSlice, parseIpv4, parseIpv6 } from "@loopway/model";
import { TTL } from "./cluster-draft.ts";
import { nameKey, parentName } from "./name.ts";
import { addressOfReverse } from "./reverse-name.ts";
import { groupOf } from "./zone-draft.ts";
import type { ZoneNode } from "./zone-table.ts";

export interface NamedEndpoint {
  /** Its hostname, or its address with dashes. */
  label: string;
  address: string;
  ports: NonNullable<EndpointSlice["ports"]>;
}

/** One for each address, of those that are asked for. Slices of addressType FQDN have no part in DNS. */
export function readyEndpoints(slices: readonly EndpointSlice[], isAsked = (_address: string) => true): NamedEndpoint[] {
  return slices
    .filter(({ addressType }) => addressType !== "FQDN")
    .flatMap(({ endpoints, ports = [] }) =>
      endpoints
        .filter(({ conditions }) => conditions?.ready ?? true)
        .flatMap(({ addresses, hostname }) =>
          addresses.filter(isAsked).map((address) => ({ label: hostname ?? address.replaceAll(/[.:]/g, "-"), address, ports })),
        ),
    );
}

/**
 * The names of endpoints, there and back, for Services with a clusterIP as for headless ones. They are found when asked for: a large cluster has
 * ten thousand, which change all the time and are hardly ever looked up.
 */
export class EndpointNames {
  readonly #slicesByOwner: ReadonlyMap<string, readonly EndpointSlice[]>;

  /** By the absolute name of the Service. */
  constructor(slicesByOwner: ReadonlyMap<string, readonly EndpointSlice[]>) {
    this.#slicesByOwner = slicesByOwner;
  }

  node(key: string): ZoneNode | undefined {
    const slices = this.#slicesByOwner.get(parentName(key) ?? "");
    const found = readyEndpoints(slices ?? []).filter(({ label }) => key.startsWith(`${nameKey(label)}.`));
    const octetsByType = {
      A: found.flatMap(({ address }) => parseIpv4(address) ?? []),
      AAAA: found.flatMap(({ address }) => parseIpv6(address) ?? []),
    };
    const groups = Object.entries(octetsByType).filter(([, all]) => all.length > 0);
    if (groups.length === 0) return undefined;
    return new Map(
      groups.map(([type, all]) => [
        type,
        groupOf(
          { name: key, type, ttl: TTL },
          all.map((octets) => [octets]),
        ),
      ]),
    );
  }

  /** `key` below in-addr.arpa or ip6.arpa. */
  reverseNode(key: string): ZoneNode | undefined {
    const address = addressOfReverse(key);
    if (address === undefined) return undefined;
    const dotted = address.length === 4 ? address.join(".") : undefined;
    const isAsked = (text: string) => (dotted === undefined ? isSame(parseIpv6(text), address) : text === dotted);
    const targets = [...this.#slicesByOwner].flatMap(([owner, slices]) =>
      readyEndpoints(slices, isAsked).map(({ label }) => [`${label}.${owner}`]),
    );
    return targets.length === 0 ? undefined : new Map([["PTR", groupOf({ name: key, type: "PTR", ttl: TTL }, targets)]]);
  }
}

function isSame(octets: Uint8Array | undefined, others: Uint8Array): boolean {
  return octets?.every((octet, index) => octet === others[index]) ?? false;
}
