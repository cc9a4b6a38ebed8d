import { candidateEndpoints } from "@loopway/balancing";
import {
  type Address,
  type Decision,
  type EndpointSlice,
  formatAddress,
  internalIP,
  type Node,
  type Service,
  type ServicePort,
} from "@loopway/model";

/** Name of the process that serves every Service's ClusterIP; the others are named after their node and serve its node ports. */
const CLUSTER_IPS = "services";

/** One address that is listened on, and where its connections may go. */
export interface ServiceRule {
  virtual: Address;
  /** "namespace/name". */
  service: string;
  /** What made a connection come here. */
  frontend: Decision;
  /** Empty: connections are refused. */
  endpoints: readonly ServiceEndpoint[];
}

export interface ServiceEndpoint {
  address: Address;
  /** Name of the pod behind it. */
  pod: string | undefined;
}

/** Immutable; swapped at once. A connection keeps what it was given. */
export interface ServiceTable {
  /** The highest resourceVersion among the Services and EndpointSlices that it was compiled from. */
  revision: string;
  /** By "address:port" of the virtual address. */
  rules: ReadonlyMap<string, ServiceRule>;
}

export interface ServiceObjects {
  /** The process's name: a node's, or "services". */
  name: string;
  nodes: readonly Node[];
  services: readonly Service[];
  slices: readonly EndpointSlice[];
}

export const emptyTable: ServiceTable = { revision: "", rules: new Map() };

export function compileTable({ name, nodes, services, slices }: ServiceObjects): ServiceTable {
  const slicesByService = Map.groupBy(slices, (slice) => serviceKey(slice, slice.metadata.labels?.["kubernetes.io/service-name"]));
  const nodeIP = internalIP(nodes.find(({ metadata }) => metadata.name === name));
  const rules = new Map<string, ServiceRule>();
  for (const service of services) {
    const key = serviceKey(service, service.metadata.name);
    for (const servicePort of tcpPorts(service)) {
      const frontend = name === CLUSTER_IPS ? clusterIPOf(service, servicePort) : nodePortOf(name, nodeIP, service, servicePort);
      if (frontend === undefined) continue;
      const endpoints = endpointsOf(slicesByService.get(key) ?? [], servicePort);
      rules.set(formatAddress(frontend.virtual), { ...frontend, service: key, endpoints });
    }
  }
  return { revision: newest([...services, ...slices]), rules };
}

function clusterIPOf(service: Service, { port }: ServicePort): Pick<ServiceRule, "virtual" | "frontend"> | undefined {
  const { clusterIP, type } = service.spec;
  // "None": headless, its name resolves to the pods themselves.
  if (clusterIP === undefined || clusterIP === "" || clusterIP === "None" || type === "ExternalName") return undefined;
  const frontend: Decision = { kind: "clusterIP", clusterIP, servicePort: port, service: serviceKey(service, service.metadata.name) };
  return { virtual: { address: clusterIP, port }, frontend };
}

function nodePortOf(
  node: string,
  nodeIP: string | undefined,
  service: Service,
  { nodePort }: ServicePort,
): Pick<ServiceRule, "virtual" | "frontend"> | undefined {
  if (nodePort === undefined || nodePort === 0 || nodeIP === undefined) return undefined;
  const frontend: Decision = { kind: "nodePort", node, nodePort, service: serviceKey(service, service.metadata.name) };
  return { virtual: { address: nodeIP, port: nodePort }, frontend };
}

/**
 * The addresses behind one Service port, each once. Slices carry target ports already resolved, under the name of the Service port.
 * Kubernetes, EndpointSlice; pkg/proxy/topology.go, CategorizeEndpoints: all slices count together.
 */
function endpointsOf(slices: readonly EndpointSlice[], servicePort: ServicePort): ServiceEndpoint[] {
  const offered = slices
    .filter(({ addressType }) => addressType === "IPv4")
    .flatMap((slice) => {
      const port = slice.ports?.find(({ name = "", protocol = "TCP" }) => name === (servicePort.name ?? "") && protocol === "TCP")?.port;
      return port === undefined ? [] : slice.endpoints.map((endpoint) => ({ ...endpoint, port }));
    });
  const endpoints = new Map<string, ServiceEndpoint>();
  for (const { addresses, port, targetRef } of candidateEndpoints(offered)) {
    // Consumers use the first address only (discovery/v1, Endpoint.addresses).
    const address = { address: addresses[0] ?? "", port };
    endpoints.set(formatAddress(address), { address, pod: targetRef?.kind === "Pod" ? targetRef.name : undefined });
  }
  return [...endpoints.values()];
}

function tcpPorts({ spec }: Service): ServicePort[] {
  return (spec.ports ?? []).filter(({ protocol = "TCP" }) => protocol === "TCP");
}

function serviceKey({ metadata: { namespace = "default" } }: { metadata: { namespace?: string } }, name: string | undefined): string {
  return `${namespace}/${name}`;
}

function newest(objects: readonly (Service | EndpointSlice)[]): string {
  return String(Math.max(0, ...objects.map(({ metadata }) => Number(metadata.resourceVersion ?? 0))));
}
