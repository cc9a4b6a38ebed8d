import { type Address, type Decision, isClusterDns, objectKey, type Service, type ServicePort } from "@loopway/model";
import type { Places } from "./places.ts";

/** Name of the process that serves what is at no node's address; the others are named after their node. */
export const SERVICES = "services";

/** A virtual address of a Service port that this process serves. */
export interface Frontend {
  virtual: Address;
  /** What made a connection come here. */
  decision: Decision;
  /** Which of the Service's two traffic policies holds. */
  traffic: "internal" | "external";
  /** Clients from elsewhere get no answer. */
  sourceRanges: readonly string[];
}

/**
 * ClusterIPs and what has an address of its own are served by the process "services"; node ports, and external addresses that are a node's,
 * by that node's. Kubernetes, "Virtual IPs and Service Proxies".
 */
export function frontendsOf(process: string, service: Service, servicePort: ServicePort, places: Places): Frontend[] {
  const { type } = service.spec;
  // The cluster's DNS answers at its clusterIP itself.
  if (type === "ExternalName" || (process === SERVICES && isClusterDns(service))) return [];
  const { port, nodePort = 0 } = servicePort;
  const key = objectKey(service);
  const frontends: Frontend[] = [];
  const add = (address: string, listened: number, rest: Pick<Frontend, "decision" | "traffic"> & Partial<Frontend>) =>
    frontends.push({ virtual: { address, port: listened }, sourceRanges: [], ...rest });

  const { clusterIP = "" } = service.spec;
  const nodeAddress = places.addressOf(process);
  // "None": headless, its name resolves to the pods themselves.
  if (process === SERVICES && clusterIP !== "" && clusterIP !== "None")
    add(clusterIP, port, { decision: { kind: "clusterIP", clusterIP, servicePort: port, service: key }, traffic: "internal" });
  if (nodeAddress !== undefined && nodePort !== 0)
    add(nodeAddress, nodePort, { decision: { kind: "nodePort", node: process, nodePort, service: key }, traffic: "external" });

  const nodeAddresses = new Set(places.names.map((name) => places.addressOf(name)));
  const isOurs = (address: string) => (process === SERVICES ? !nodeAddresses.has(address) : address === nodeAddress);
  const external = (address: string): Pick<Frontend, "decision" | "traffic"> => ({
    decision: { kind: "externalIP", address, servicePort: port, service: key },
    traffic: "external",
  });
  for (const address of (service.spec.externalIPs ?? []).filter(isOurs)) add(address, port, external(address));
  const { loadBalancerSourceRanges: sourceRanges = [] } = service.spec;
  for (const address of loadBalancerAddresses(service).filter(isOurs)) add(address, port, { ...external(address), sourceRanges });
  return frontends;
}

/** Those that kube-proxy takes the short cut for: ipMode Proxy means that the load balancer wants to see the traffic (KEP-1860). */
function loadBalancerAddresses({ spec, status }: Service): string[] {
  if (spec.type !== "LoadBalancer") return [];
  return (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, ipMode }) => (ip === undefined || ipMode === "Proxy" ? [] : [ip]));
}
