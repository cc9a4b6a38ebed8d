import { judgeEndpoints, type Place, type TrafficPolicy } from "@loopway/balancing";
import {
  type Address,
  bindingKey,
  type EndpointSlice,
  formatAddress,
  type Node,
  objectKey,
  type Protocol,
  type Service,
  type ServicePort,
} from "@loopway/model";
import { type Frontend, frontendsOf, SERVICES } from "./frontends.ts";
import { locateNodes, type Places } from "./places.ts";

/** One address that is listened on, and where its connections may go. */
export interface ServiceRule extends Frontend {
  protocol: Protocol;
  /** "namespace/name". */
  service: string;
  /** "namespace/name:port name": its affinity and its turns are shared by all its addresses. */
  servicePort: string;
  /** For clients on a node, where that makes a difference; by the node's name. */
  onNode: ReadonlyMap<string, Route>;
  /** For all others. */
  elsewhere: Route;
  /** sessionAffinity ClientIP. */
  affinityMs?: number;
}

/** `reject`: refused at once. `drop`: no answer ever. `source`: which address the pod sees. */
export type Route =
  | { kind: "forward"; endpoints: readonly ServiceEndpoint[]; source: "client" | "node" }
  | { kind: "reject" }
  | { kind: "drop" };

export interface ServiceEndpoint {
  address: Address;
  /** Name of the pod behind it. */
  pod: string | undefined;
}

/** What healthCheckNodePort answers for one Service. */
export interface HealthCheck {
  virtual: Address;
  namespace: string;
  name: string;
  localEndpoints: number;
}

/** Immutable; swapped at once. A connection keeps what it was given. */
export interface ServiceTable {
  /** The highest resourceVersion among the Services and EndpointSlices that it was compiled from. */
  revision: string;
  /** By protocol and virtual address (bindingKey). */
  rules: ReadonlyMap<string, ServiceRule>;
  healthChecks: readonly HealthCheck[];
  places: Places;
}

export interface ServiceObjects {
  /** The process's name: a node's, or "services". */
  name: string;
  nodes: readonly Node[];
  services: readonly Service[];
  slices: readonly EndpointSlice[];
}

/** Kubernetes, core/v1 ClientIPConfig: 3 hours. */
const DEFAULT_AFFINITY_S = 10_800;
const PROTOCOLS: Readonly<Record<string, Protocol>> = { TCP: "tcp", UDP: "udp" };

export const emptyTable: ServiceTable = { revision: "", rules: new Map(), healthChecks: [], places: locateNodes([]) };

export function compileTable({ name, nodes, services, slices }: ServiceObjects): ServiceTable {
  const places = locateNodes(nodes);
  const slicesByService = Map.groupBy(
    slices,
    ({ metadata: { namespace = "default", labels } }) => `${namespace}/${labels?.["kubernetes.io/service-name"]}`,
  );
  const rules = new Map<string, ServiceRule>();
  const healthChecks: HealthCheck[] = [];
  for (const service of services) {
    const own = slicesByService.get(objectKey(service)) ?? [];
    for (const servicePort of service.spec.ports ?? []) {
      for (const rule of compilePort({ process: name, places, service, servicePort }, own))
        rules.set(bindingKey(rule.protocol, rule.virtual), rule);
    }
    healthChecks.push(...healthCheckOf(service, own, { name, address: places.addressOf(name) }));
  }
  return { revision: newest([...services, ...slices]), rules, healthChecks, places };
}

/** What becomes of a connection to this rule's address, by the node that its client is on. */
export function routeFor(rule: ServiceRule, clientNode: string | undefined): Route {
  return (clientNode === undefined ? undefined : rule.onNode.get(clientNode)) ?? rule.elsewhere;
}

interface PortScope {
  process: string;
  places: Places;
  service: Service;
  servicePort: ServicePort;
}

function compilePort(scope: PortScope, slices: readonly EndpointSlice[]): ServiceRule[] {
  const { process, places, service, servicePort } = scope;
  const protocol = PROTOCOLS[servicePort.protocol ?? "TCP"];
  const frontends = protocol === undefined ? [] : frontendsOf(process, service, servicePort, places);
  if (protocol === undefined || frontends.length === 0) return [];
  const offered = offeredBy(slices, servicePort);
  const { sessionAffinity, sessionAffinityConfig } = service.spec;
  const affinity =
    sessionAffinity === "ClientIP" ? { affinityMs: 1000 * (sessionAffinityConfig?.clientIP?.timeoutSeconds ?? DEFAULT_AFFINITY_S) } : {};
  return frontends.map((frontend) => ({
    ...frontend,
    protocol,
    service: objectKey(service),
    servicePort: `${objectKey(service)}:${servicePort.name ?? ""}`,
    ...routesOf(scope, frontend, offered),
    ...affinity,
  }));
}

/**
 * The policies, seen from where each client is (pkg/proxy/iptables/proxier.go, syncProxyRules):
 *
 *   internal, Cluster   every client: the cluster set from its own node; the client's address is kept
 *   internal, Local     every client: its own node's set
 *   external, Cluster   everybody: the cluster set from this node; the node's address takes the client's place
 *   external, Local     pods and nodes: as Cluster, but unmasqueraded (the short cut); others: this node's set, the client's address kept
 *
 * An external address of no node is reached over a router of the user's, which sends it to nodes that have an endpoint: any of them will do.
 */
function routesOf(
  { process, places, service }: PortScope,
  { traffic }: Frontend,
  offered: readonly Offered[],
): Pick<ServiceRule, "onNode" | "elsewhere"> {
  const { internalTrafficPolicy, externalTrafficPolicy } = service.spec;
  const isLocal = (traffic === "internal" ? internalTrafficPolicy : externalTrafficPolicy) === "Local";
  const policy = isLocal ? "Local" : "Cluster";
  const here: Place = process === SERVICES ? {} : places.placeOf(process);
  const route = (place: Place, ofPolicy: TrafficPolicy, source: "client" | "node" = "client"): Route => {
    const verdict = judgeEndpoints(offered, place, ofPolicy);
    return verdict.kind === "forward" ? { kind: "forward", endpoints: distinct(verdict.endpoints), source } : verdict;
  };
  const fromEachNode = (routeOf: (node: string) => Route) => new Map(places.names.map((node) => [node, routeOf(node)]));
  if (traffic === "internal") {
    const differs = isLocal || offered.some(({ hints }) => hints !== undefined);
    const onNode = differs ? fromEachNode((node) => route(places.placeOf(node), policy)) : new Map<string, Route>();
    return { onNode, elsewhere: route({}, policy) };
  }
  if (!isLocal) return { onNode: new Map(), elsewhere: route(here, "Cluster", "node") };
  const onNode = fromEachNode((node) => route(process === SERVICES ? places.placeOf(node) : here, "Cluster"));
  return { onNode, elsewhere: process === SERVICES ? route({}, "Cluster") : route(here, "Local") };
}

type Offered = EndpointSlice["endpoints"][number] & { port: number };

/** What the slices of all ports and address families hold for one Service port: they carry target ports resolved, under the Service port's name. */
function offeredBy(slices: readonly EndpointSlice[], servicePort: ServicePort): Offered[] {
  const { name: wanted = "", protocol: wantedProtocol = "TCP" } = servicePort;
  return slices
    .filter(({ addressType }) => addressType === "IPv4")
    .flatMap((slice) => {
      const port = slice.ports?.find(({ name = "", protocol = "TCP" }) => name === wanted && protocol === wantedProtocol)?.port;
      return port === undefined ? [] : slice.endpoints.map((endpoint) => ({ ...endpoint, port }));
    });
}

/** Each address once; consumers use an endpoint's first address only (discovery/v1, Endpoint.addresses). */
function distinct(offered: readonly Offered[]): ServiceEndpoint[] {
  const endpoints = new Map<string, ServiceEndpoint>();
  for (const { addresses, port, targetRef } of offered) {
    const address = { address: addresses[0] ?? "", port };
    endpoints.set(formatAddress(address), { address, pod: targetRef?.kind === "Pod" ? targetRef.name : undefined });
  }
  return [...endpoints.values()];
}

/** Only ready endpoints keep a node healthy: those that terminate are to lose their traffic (pkg/proxy/servicechangetracker). */
function healthCheckOf(
  service: Service,
  slices: readonly EndpointSlice[],
  node: { name: string; address: string | undefined },
): HealthCheck[] {
  const { type, externalTrafficPolicy, healthCheckNodePort: port = 0 } = service.spec;
  if (type !== "LoadBalancer" || externalTrafficPolicy !== "Local" || port === 0 || node.address === undefined) return [];
  const ready = slices
    .flatMap(({ endpoints }) => endpoints)
    .filter(({ nodeName, conditions }) => nodeName === node.name && (conditions?.ready ?? true));
  const { name, namespace = "default" } = service.metadata;
  const localEndpoints = new Set(ready.map(({ addresses }) => addresses[0])).size;
  return [{ virtual: { address: node.address, port }, namespace, name, localEndpoints }];
}

function newest(objects: readonly (Service | EndpointSlice)[]): string {
  return String(objects.reduce((highest, { metadata }) => Math.max(highest, Number(metadata.resourceVersion ?? 0)), 0));
}
