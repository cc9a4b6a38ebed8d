/**
 * The names of a cluster (Kubernetes, "DNS-Based Service Discovery", version 1.1.0), with the choices that CoreDNS's kubernetes plugin makes where
 * the specification leaves one. Addresses are A or AAAA, each where there is one of its family.
 *
 *   <service>.<namespace>.svc.<domain>                      the clusterIP, or the ready endpoints of a headless Service; CNAME of an ExternalName;
 *                                                           SRV: every port
 *   _<port>._<protocol>.<service>.<namespace>.svc.<domain>  SRV: named ports
 *   <hostname>.<service>.<namespace>.svc.<domain>           one ready endpoint; without a hostname its address with dashes: endpoint-names.ts
 *   <address with dashes>.<namespace>.pod.<domain>          that address: pod-names.ts
 *   <reversed address>.in-addr.arpa, .ip6.arpa              PTR: the Service with the clusterIP, else the endpoints with the address
 */
import { type EndpointSlice, type Namespace, objectKey, parseIpv4, parseIpv6, type Service } from "@loopway/model";
import { CLUSTER_DOMAIN, ClusterDraft } from "./cluster-draft.ts";
import { EndpointNames, readyEndpoints } from "./endpoint-names.ts";
import { isFlaw } from "./flaw.ts";
import { parseName } from "./name.ts";
import { podNode } from "./pod-names.ts";
import type { ZoneTable } from "./zone-table.ts";

export interface ClusterObjects {
  namespaces: readonly Namespace[];
  services: readonly Service[];
  slices: readonly EndpointSlice[];
  /** Goes into the SOA's serial. */
  revision: number;
}

/** Never throws for what users wrote: what makes no name has none. */
export function compileClusterZones({ namespaces, services, slices, revision }: ClusterObjects): ZoneTable {
  const slicesByService = Map.groupBy(
    slices,
    ({ metadata: { namespace = "", labels } }) => `${namespace}/${labels?.["kubernetes.io/service-name"]}`,
  );
  const names = new Set([...namespaces.map(({ metadata }) => metadata.name), ...services.map(({ metadata }) => metadata.namespace ?? "")]);
  const zones = new ClusterDraft(revision, names);
  const slicesByOwner = new Map<string, readonly EndpointSlice[]>();
  for (const service of services) {
    const { namespace = "", name } = service.metadata;
    const owner = `${name}.${namespace}.svc.${CLUSTER_DOMAIN}`;
    if (service.spec.type === "ExternalName") addExternalName(zones, owner, service.spec.externalName ?? "");
    else {
      const own = slicesByService.get(objectKey(service)) ?? [];
      slicesByOwner.set(owner, own);
      addService(zones, owner, { service, slices: own });
    }
  }
  const endpoints = new EndpointNames(slicesByOwner);
  return zones.finish({
    forward: (key) => podNode(key, names) ?? endpoints.node(key),
    reverse: (key) => endpoints.reverseNode(key),
  });
}

/** An address in a name's place has no record: CoreDNS, plugin/kubernetes, findServices. */
function addExternalName(zones: ClusterDraft, owner: string, externalName: string): void {
  const target = parseName(externalName, { radix: 10, origin: "." });
  const isAddress = parseIpv4(externalName) !== undefined || parseIpv6(externalName) !== undefined;
  if (!isFlaw(target) && !isAddress) zones.add(owner, "CNAME", [target]);
}

function addService(zones: ClusterDraft, owner: string, { service, slices }: { service: Service; slices: readonly EndpointSlice[] }): void {
  const { clusterIP = "", clusterIPs = [clusterIP], ports = [] } = service.spec;
  if (clusterIP !== "None") {
    const addresses = clusterIPs.filter((address) => zones.addAddress(owner, address));
    for (const address of addresses) zones.addReverse(address, owner);
    if (addresses.length > 0) for (const port of ports) zones.addPort(owner, port, owner);
    return;
  }
  for (const { label, address, ports: own } of readyEndpoints(slices)) {
    if (zones.addAddress(owner, address)) for (const port of own) zones.addPort(owner, port, `${label}.${owner}`);
  }
}
