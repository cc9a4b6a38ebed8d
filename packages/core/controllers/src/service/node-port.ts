import { needsHealthCheckNodePort, type Snapshot } from "@loopway/kube";
import type { KubeObject, Service, ServicePort } from "@loopway/model";
import { allocate, type Band } from "./band.ts";

/** Default of the API server's --service-node-port-range. */
export const NODE_PORTS = { first: 30_000, last: 32_767 } as const;
const RANGE_SIZE = NODE_PORTS.last - NODE_PORTS.first + 1;
/** The static band is min(max(16, size/32), 128): 30000 to 30085. Kubernetes, pkg/registry/core/service/portallocator. */
const nodePortBand: Band = { size: RANGE_SIZE, offset: Math.min(Math.max(16, Math.floor(RANGE_SIZE / 32)), 128) };

export function needsNodePorts({ type, allocateLoadBalancerNodePorts }: Service["spec"]): boolean {
  return type === "NodePort" || (type === "LoadBalancer" && allocateLoadBalancerNodePorts !== false);
}

/** A port of its own, free for every protocol; undefined where there is none. */
export function allocateHealthCheckNodePort(spec: Service["spec"], taken: ReadonlySet<string>, random: () => number): number | undefined {
  return freeNodePort({ port: 0 }, new Set([...taken, ...ownKeys(spec)]), random);
}

/**
 * The ports of the spec with a nodePort each, as far as there are free ones; given ones are kept, and the number of a given
 * healthCheckNodePort is none of them. One service port over TCP and UDP gets one number for both. Kubernetes,
 * pkg/registry/core/service/storage/alloc.go, initNodePorts.
 */
export function allocateNodePorts(spec: Service["spec"], taken: ReadonlySet<string>, random: () => number): ServicePort[] {
  const { ports = [] } = spec;
  const used = new Set([...taken, ...ownKeys(spec)]);
  const result: ServicePort[] = [];
  for (const port of ports) {
    const nodePort = isAllocated(port) ? port.nodePort : (siblingOf(port, [...result, ...ports], used) ?? freeNodePort(port, used, random));
    const allocated = nodePort === undefined ? port : { ...port, nodePort };
    for (const key of nodePortKeys([allocated])) used.add(key);
    result.push(allocated);
  }
  return result;
}

/** "TCP 30080" for every nodePort of the other Services: TCP and UDP may share a number. */
export function takenNodePorts(snapshot: Snapshot, except: Service): Set<string> {
  const others = snapshot.list<Service>("Service").filter(({ metadata }) => metadata.uid !== except.metadata.uid);
  return new Set(others.flatMap(({ spec }) => ownKeys(spec)));
}

/** A healthCheckNodePort that is not needed is given back. */
function ownKeys(spec: Service["spec"]): string[] {
  const { ports = [], healthCheckNodePort: nodePort = 0 } = spec;
  return [...nodePortKeys(ports), ...(nodePort === 0 || !needsHealthCheckNodePort(spec) ? [] : [`TCP ${nodePort}`])];
}

/** Those that have the nodePort, whatever the protocol: the API server's allocator knows numbers only. */
export function servicesOnNodePort(nodePort: number, snapshot: Snapshot): readonly Service[] {
  return snapshot.list<Service>("Service", { by: { index: nodePortIndex, value: String(nodePort) } });
}

function nodePortIndex(object: KubeObject): readonly string[] {
  return nodePortNumbers((object as Service).spec).map(String);
}

/** Those of its ports, once each, and that of its health check. */
export function nodePortNumbers({ ports = [], healthCheckNodePort = 0 }: Service["spec"]): number[] {
  const numbers = [...ports.map(({ nodePort = 0 }) => nodePort), healthCheckNodePort];
  return [...new Set(numbers)].filter((nodePort) => nodePort !== 0);
}

function nodePortKeys(ports: readonly ServicePort[]): string[] {
  return ports.filter(isAllocated).map(({ protocol = "TCP", nodePort }) => `${protocol} ${nodePort}`);
}

function isAllocated({ nodePort }: ServicePort): boolean {
  return nodePort !== undefined && nodePort !== 0;
}

function siblingOf(port: ServicePort, others: readonly ServicePort[], used: ReadonlySet<string>): number | undefined {
  const sibling = others.find((other) => other.port === port.port && other.protocol !== port.protocol && isAllocated(other));
  return sibling === undefined || used.has(`${port.protocol} ${sibling.nodePort}`) ? undefined : sibling.nodePort;
}

/** Free for every protocol: dynamic picks come from one allocator of numbers, not one per protocol. */
function freeNodePort(port: ServicePort, used: ReadonlySet<string>, random: () => number): number | undefined {
  const protocols = new Set(["TCP", "UDP", "SCTP", port.protocol ?? "TCP"]);
  const isTaken = (index: number) => [...protocols].some((protocol) => used.has(`${protocol} ${NODE_PORTS.first + index}`));
  const index = allocate(nodePortBand, isTaken, random);
  return index === undefined ? undefined : NODE_PORTS.first + index;
}
