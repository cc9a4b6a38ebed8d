import { objectKey, type Service, type ServicePort } from "@loopway/model";
import { allocateNodePorts, takenNodePorts } from "../service/node-port.ts";
import { findServicePort } from "../service-port.ts";
import type { Report } from "./annotations.ts";
import { type Place, report, type StackBuild } from "./stack-build.ts";

const NO_NODE_PORT = "TargetGroup port is empty. When using Instance targets, your service be must of type 'NodePort' or 'LoadBalancer'";
const NO_TARGET_PORT = "TargetGroup port is empty. Are you using the correct service type?";

export function lookUpServicePort(service: Service, port: number | string, reportProblem: Report): ServicePort | undefined {
  const found = findServicePort(service, port);
  if (found === undefined) reportProblem(`unable to find port ${port} on service ${objectKey(service)}`);
  return found;
}

/** What the real controller says where a target group would get port 0. */
export function noPortText(targetType: string): string {
  return targetType === "instance" ? NO_NODE_PORT : NO_TARGET_PORT;
}

/**
 * The nodePort that instance targets use. The real controller refuses a ClusterIP Service; lenient, it gets a nodePort, which is written
 * into the Service in the same transaction as the stack.
 */
export function nodePortOf(build: StackBuild, place: Place, backend: { service: Service; servicePort: ServicePort }): number | undefined {
  const { service, servicePort } = backend;
  const { type = "ClusterIP", clusterIP } = service.spec;
  if (build.settings.strict || type !== "ClusterIP" || clusterIP === "None") return servicePort.nodePort;
  const nodePort = servicePort.nodePort ?? allocateNodePort(build, service, servicePort);
  if (nodePort === undefined) return undefined;
  const taken = `Loopway allocated nodePort ${nodePort} to port ${servicePort.port} of Service ${objectKey(service)}, which is of type ClusterIP`;
  const message = `the real controller refuses this: ${NO_NODE_PORT}; ${taken} (write type: NodePort, or target-type: ip)`;
  report(build, place, { code: "NodePortAllocated", message });
  return nodePort;
}

/** Only for this port: others of the Service stay without. */
function allocateNodePort(build: StackBuild, service: Service, servicePort: ServicePort): number | undefined {
  const key = objectKey(service);
  const current = build.services.get(key) ?? service;
  const ports = current.spec.ports ?? [];
  const isMeant = (port: ServicePort) => port.port === servicePort.port && port.protocol === servicePort.protocol;
  const known = ports.find(isMeant)?.nodePort;
  if (known !== undefined) return known;
  const [allocated] = allocateNodePorts({ ports: [servicePort] }, takenWith(build, service), build.random);
  if (allocated?.nodePort === undefined) return undefined;
  const spec = { ...current.spec, ports: ports.map((port) => (isMeant(port) ? allocated : port)) };
  build.services.set(key, { ...current, spec });
  return allocated.nodePort;
}

/** Those of the snapshot, and those that this build has given out. */
function takenWith(build: StackBuild, service: Service): Set<string> {
  const given = [...build.services.values()].flatMap(({ spec }) => spec.ports ?? []);
  return new Set([...takenNodePorts(build.snapshot, service), ...given.map(({ protocol = "TCP", nodePort }) => `${protocol} ${nodePort}`)]);
}
