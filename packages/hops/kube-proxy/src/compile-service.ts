import { judgeEndpoints, type OfferedEndpoint, offeredEndpoints, type Place, type TrafficPolicy } from "@loopway/balancing";
import { type EndpointSlice, formatAddress, objectKey, type Protocol, type Service, type ServicePort } from "@loopway/model";
import { type Frontend, frontendsOf, SERVICES } from "./frontends.ts";
import type { Places } from "./places.ts";
import type { CompiledService, HealthCheck, Route, ServiceEndpoint, ServiceRule } from "./service-table.ts";

/** Kubernetes, core/v1 ClientIPConfig: 3 hours. */
const DEFAULT_AFFINITY_S = 10_800;
const PROTOCOLS: Readonly<Record<string, Protocol>> = { TCP: "tcp", UDP: "udp" };

/** `process`: a node's name, or "services". */
export function compileService(
  { process, places }: { process: string; places: Places },
  service: Service,
  slices: readonly EndpointSlice[],
): CompiledService {
  return {
    service,
    slices,
    rules: (service.spec.ports ?? []).flatMap((servicePort) => compilePort({ process, places, service, servicePort }, slices)),
    healthChecks: healthCheckOf(service, slices, { name: process, address: places.addressOf(process) }),
  };
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
  const offered = offeredEndpoints(slices, servicePort);
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
  offered: readonly OfferedEndpoint[],
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

/** Each address once; consumers use an endpoint's first address only (discovery/v1, Endpoint.addresses). */
function distinct(offered: readonly OfferedEndpoint[]): ServiceEndpoint[] {
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
