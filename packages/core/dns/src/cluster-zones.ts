/**
 * The names of a cluster (Kubernetes, "DNS-Based Service Discovery", version 1.1.0), with the choices that CoreDNS's kubernetes plugin makes where
 * the specification leaves one.
 *
 *   <service>.<namespace>.svc.<domain>                      A: clusterIP, or the ready endpoints of a headless Service; CNAME of an ExternalName
 *   _<port>._<protocol>.<service>.<namespace>.svc.<domain>  SRV: named ports
 *   <hostname>.<service>.<namespace>.svc.<domain>           A: one endpoint; without a hostname its address with dashes
 *   <reversed address>.in-addr.arpa                         PTR: the name that has the address
 */
import { type EndpointSlice, parseIpv4, type Service } from "@loopway/model";
import { isFlaw } from "./flaw.ts";
import { nameKey, parseName } from "./name.ts";
import type { Field } from "./record-types.ts";
import { addGroup, finishZone, groupOf, type ZoneDraft } from "./zone-draft.ts";
import type { ZoneTable } from "./zone-table.ts";

export interface ClusterObjects {
  services: readonly Service[];
  slices: readonly EndpointSlice[];
  /** Goes into the SOA's serial. */
  revision: number;
}

const CLUSTER_DOMAIN = "cluster.local.";
const REVERSE_ZONE = "in-addr.arpa.";
const SPECIFICATION = "1.1.0";
/** kubeadm's Corefile: `kubernetes … { ttl 30 }`. */
const TTL = 30;
const SRV_PRIORITY = 0;

/** Never throws for what users wrote: what makes no name has none. */
export function compileClusterZones({ services, slices, revision }: ClusterObjects): ZoneTable {
  const zones = new ClusterDraft(revision);
  const slicesByService = Map.groupBy(
    slices,
    ({ metadata: { namespace = "default", labels } }) => `${namespace}/${labels?.["kubernetes.io/service-name"]}`,
  );
  for (const service of services) {
    const { namespace = "default", name } = service.metadata;
    addService(zones, service, slicesByService.get(`${namespace}/${name}`) ?? []);
  }
  return zones.finish();
}

function addService(zones: ClusterDraft, { metadata, spec }: Service, slices: readonly EndpointSlice[]): void {
  const { namespace = "default", name } = metadata;
  const owner = `${name}.${namespace}.svc.${CLUSTER_DOMAIN}`;
  if (spec.type === "ExternalName") {
    const target = parseName(spec.externalName ?? "", { radix: 10, origin: "." });
    if (!isFlaw(target)) zones.add(owner, "CNAME", [target]);
    return;
  }
  const { clusterIP = "" } = spec;
  if (clusterIP === "None") addHeadless(zones, owner, slices);
  if (!zones.addAddress(owner, clusterIP)) return;
  zones.addReverse(clusterIP, owner);
  for (const { name: port, protocol = "TCP", port: number } of spec.ports ?? []) zones.addPort({ owner, port, protocol, number }, owner, 1);
}

function addHeadless(zones: ClusterDraft, owner: string, slices: readonly EndpointSlice[]): void {
  const ready = slices
    .filter(({ addressType }) => addressType === "IPv4")
    .flatMap(({ endpoints, ports = [] }) => endpoints.map((endpoint) => ({ ...endpoint, ports })))
    .filter(({ conditions }) => conditions?.ready ?? true);
  for (const { addresses, hostname, ports } of ready) {
    for (const address of addresses) {
      const own = `${hostname ?? address.replaceAll(".", "-")}.${owner}`;
      if (!zones.addAddress(owner, address) || !zones.addAddress(own, address)) continue;
      zones.addReverse(address, own);
      for (const { name: port, protocol = "TCP", port: number = 0 } of ports)
        zones.addPort({ owner, port, protocol, number }, own, ready.length);
    }
  }
}

interface NamedPort {
  owner: string;
  port: string | undefined;
  protocol: string;
  number: number;
}

/** Values by name and type; the same value twice counts once. */
class ClusterDraft {
  readonly #valuesByOwner = new Map<string, Map<string, Map<string, Field[]>>>();

  constructor(revision: number) {
    const server = `ns.dns.${CLUSTER_DOMAIN}`;
    for (const zone of [CLUSTER_DOMAIN, REVERSE_ZONE]) {
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

  /** False where it is no IPv4 address. */
  addAddress(owner: string, address: string): boolean {
    const octets = parseIpv4(address);
    if (octets !== undefined) this.add(owner, "A", [octets]);
    return octets !== undefined;
  }

  addReverse(address: string, target: string): void {
    this.add(`${address.split(".").reverse().join(".")}.${REVERSE_ZONE}`, "PTR", [target]);
  }

  /** Named ports only. The weights of one name's `count` records add up to 100, as far as whole numbers do. */
  addPort({ owner, port, protocol, number }: NamedPort, target: string, count: number): void {
    if (!port) return;
    const weight = Math.max(1, Math.floor(100 / count));
    this.add(`_${port}._${protocol}.${owner}`, "SRV", [SRV_PRIORITY, weight, number, target]);
  }

  finish(): ZoneTable {
    const drafts = [CLUSTER_DOMAIN, REVERSE_ZONE].map((name): ZoneDraft => ({ name, nodesByName: new Map() }));
    const [forward, reverse] = drafts as [ZoneDraft, ZoneDraft];
    for (const [name, types] of this.#valuesByOwner) {
      const draft = name.endsWith(REVERSE_ZONE) ? reverse : forward;
      for (const [type, values] of types) addGroup(draft, groupOf({ name, type, ttl: TTL }, [...values.values()]));
    }
    return { zonesByName: new Map(drafts.map((draft) => [draft.name, finishZone(draft)])) };
  }
}
