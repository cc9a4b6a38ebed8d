import type { KubeObject, Service, ServicePort } from "@loopway/model";
import { needsHealthCheckNodePort } from "./health-check-node-port.ts";

/**
 * What was allocated to a Service and an update leaves out stays: its ClusterIP, the nodePorts of the servicePorts that it keeps, and its
 * healthCheckNodePort while it needs one.
 * kubernetes/pkg/registry/core/service, patchAllocatedValues.
 */
export function keepAllocations(next: KubeObject, current: KubeObject): KubeObject {
  if (next.kind !== "Service") return next;
  const { spec: before } = current as Service;
  const { spec: after } = next as Service;
  if (after === undefined || after.type === "ExternalName" || before.type === "ExternalName") return next;
  const { clusterIP, clusterIPs } = before;
  const addresses = after.clusterIP || !clusterIP ? {} : { clusterIP, ...(clusterIPs === undefined ? {} : { clusterIPs }) };
  const ports = after.ports?.map((port) => withNodePort(port, before.ports ?? []));
  const nodePorts = ports === undefined || !hasNodePorts(after, before) ? {} : { ports };
  return { ...next, spec: { ...after, ...addresses, ...nodePorts, ...keptHealthCheck(after, before) } };
}

function keptHealthCheck(after: Service["spec"], before: Service["spec"]): Pick<Service["spec"], "healthCheckNodePort"> {
  const { healthCheckNodePort } = before;
  const isKept = !after.healthCheckNodePort && needsHealthCheckNodePort(after) && needsHealthCheckNodePort(before);
  return isKept && healthCheckNodePort ? { healthCheckNodePort } : {};
}

/** The default type is ClusterIP, whose nodePorts (where a controller of ours allocated one) stay as well while the type does. */
function hasNodePorts(after: Service["spec"], before: Service["spec"]): boolean {
  const type = after.type ?? "ClusterIP";
  return type !== "ClusterIP" || (before.type ?? "ClusterIP") === "ClusterIP";
}

function withNodePort(port: ServicePort, before: readonly ServicePort[]): ServicePort {
  if (port.nodePort) return port;
  const nodePort = before.find((old) => old.port === port.port && (old.protocol ?? "TCP") === (port.protocol ?? "TCP"))?.nodePort;
  return nodePort === undefined ? port : { ...port, nodePort };
}
