import { parseIpv4, parseIpv6 } from "@loopway/model";
import { nameKey } from "./name.ts";
import type { Field } from "./record-types.ts";
import { REVERSE_ZONE, REVERSE_ZONE_IPV6, reverseName } from "./reverse-name.ts";
import { addGroup, finishZone, groupOf, type ZoneDraft } from "./zone-draft.ts";
import type { Zone, ZoneTable } from "./zone-table.ts";

export const CLUSTER_DOMAIN = "cluster.local.";
const SPECIFICATION = "1.1.0";
/** kubeadm's Corefile: `kubernetes … { ttl 30 }`. */
export const TTL = 30;
const SRV_PRIORITY = 0;
/** CoreDNS, plugin/backend_lookup.go: the weights of one name's records add up to this, as far as whole numbers do. */
const SRV_WEIGHT = 100;

/** The port of a Service or of a slice. */
interface Port {
  name?: string;
  protocol?: string;
  port?: number;
}

type Derive = NonNullable<Zone["derive"]>;

/** Values by name and type; the same value twice counts once. */
export class ClusterDraft {
  readonly #valuesByOwner = new Map<string, Map<string, Map<string, Field[]>>>();
  readonly #namespaces: ReadonlySet<string>;

  /** `revision` goes into the SOA's serial. */
  constructor(revision: number, namespaces: ReadonlySet<string>) {
    this.#namespaces = namespaces;
    const server = `ns.dns.${CLUSTER_DOMAIN}`;
    for (const zone of [CLUSTER_DOMAIN, REVERSE_ZONE, REVERSE_ZONE_IPV6]) {
      // Serial, refresh, retry, expire, MINIMUM as CoreDNS's kubernetes plugin has them.
      this.add(zone, "SOA", [server, `hostmaster.${CLUSTER_DOMAIN}`, revision % 2 ** 32, 7200, 1800, 86_400, TTL]);
      this.add(zone, "NS", [server]);
    }
    this.add(`dns-version.${CLUSTER_DOMAIN}`, "TXT", [
      Uint8Array.of(SPECIFICATION.length, ...[...SPECIFICATION].map((c) => c.charCodeAt(0))),
    ]);
  }

  add(owner: string, type: string, value: Field[]): void {
    const key = nameKey(owner);
    const types = this.#valuesByOwner.get(key) ?? new Map<string, Map<string, Field[]>>();
    this.#valuesByOwner.set(key, types);
    const values = types.get(type) ?? new Map<string, Field[]>();
    types.set(type, values);
    values.set(value.join(" "), value);
  }

  /** False where it is no address. */
  addAddress(owner: string, address: string): boolean {
    const ipv4 = parseIpv4(address);
    const octets = ipv4 ?? parseIpv6(address);
    if (octets !== undefined) this.add(owner, ipv4 === undefined ? "AAAA" : "A", [octets]);
    return octets !== undefined;
  }

  addReverse(address: string, target: string): void {
    this.add(reverseName(address), "PTR", [target]);
  }

  /** `target` serves the port of `owner`; under a name of its own only a port that has one. */
  addPort(owner: string, { name, protocol = "TCP", port = 0 }: Port, target: string): void {
    const value = [SRV_PRIORITY, 0, port, target];
    this.add(owner, "SRV", value);
    if (name) this.add(`_${name}._${protocol}.${owner}`, "SRV", value);
  }

  finish({ forward: derive, reverse: deriveReverse }: { forward: Derive; reverse: Derive }): ZoneTable {
    const draftOf = (name: string): ZoneDraft => ({ name, nodesByName: new Map() });
    const forward = draftOf(CLUSTER_DOMAIN);
    const reverse = draftOf(REVERSE_ZONE);
    const reverseIpv6 = draftOf(REVERSE_ZONE_IPV6);
    for (const kind of ["pod", "svc"]) {
      for (const namespace of this.#namespaces) forward.nodesByName.set(`${namespace}.${kind}.${CLUSTER_DOMAIN}`, new Map());
    }
    for (const [name, types] of this.#valuesByOwner) {
      const draft = name.endsWith(REVERSE_ZONE) ? reverse : name.endsWith(REVERSE_ZONE_IPV6) ? reverseIpv6 : forward;
      for (const [type, values] of types) addGroup(draft, groupOf({ name, type, ttl: TTL }, weighed(type, [...values.values()])));
    }
    const zones: Zone[] = [
      { ...finishZone(forward), derive },
      // EKS's Corefile: `fallthrough in-addr.arpa ip6.arpa`.
      ...[reverse, reverseIpv6].map((draft) => ({ ...finishZone(draft), derive: deriveReverse, fallsThrough: true })),
    ];
    return { zonesByName: new Map(zones.map((zone) => [zone.name, zone])) };
  }
}

function weighed(type: string, values: Field[][]): Field[][] {
  if (type !== "SRV") return values;
  const weight = Math.max(1, Math.floor(SRV_WEIGHT / values.length));
  return values.map(([priority = SRV_PRIORITY, , ...rest]) => [priority, weight, ...rest]);
}
