/** kubernetes/pkg/apis/core/validation, ValidateService. */
import type { Service, ServicePort } from "@loopway/model";
import type { FieldCause } from "../failure.ts";
import { needsHealthCheckNodePort } from "../health-check-node-port.ts";
import { duplicate, invalidValue, notSupported, required } from "./causes.ts";
import { checkLabel, checkPortName, checkPortNumber } from "./check-names.ts";

const TYPES = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
export const PROTOCOLS = ["SCTP", "TCP", "UDP"];
/** kube-apiserver's --service-node-port-range. */
const NODE_PORTS = { first: 30_000, last: 32_767 };

export function serviceCauses({ spec }: Service): FieldCause[] {
  if (spec === undefined) return [required("spec.ports")];
  const { type = "ClusterIP", ports = [], clusterIP, externalName } = spec;
  const causes: FieldCause[] = [];
  if (!TYPES.includes(type)) causes.push(notSupported("spec.type", type, TYPES));
  if (type === "ExternalName") {
    if (!externalName) causes.push(required("spec.externalName"));
  } else if (ports.length === 0 && clusterIP !== "None") causes.push(required("spec.ports"));
  if (clusterIP === "None" && (type === "NodePort" || type === "LoadBalancer")) {
    causes.push(invalidValue("spec.clusterIPs[0]", "None", `may not be set to 'None' for ${type} services`));
  }
  ports.forEach((port, index) => {
    const field = `spec.ports[${index}]`;
    causes.push(...portCauses(port, field, ports.length > 1));
    const earlier = ports.slice(0, index);
    if (port.name && earlier.some(({ name }) => name === port.name)) causes.push(duplicate(`${field}.name`, port.name));
    const isSame = (other: ServicePort) => other.port === port.port && (other.protocol ?? "TCP") === (port.protocol ?? "TCP");
    if (earlier.some(isSame)) causes.push(duplicate(field, { protocol: port.protocol ?? "TCP", port: port.port }));
  });
  return [...causes, ...healthCheckCauses(spec)];
}

function healthCheckCauses(spec: Service["spec"]): FieldCause[] {
  const { healthCheckNodePort = 0 } = spec;
  const field = "spec.healthCheckNodePort";
  if (healthCheckNodePort === 0) return [];
  if (needsHealthCheckNodePort(spec)) return rangeCauses(field, healthCheckNodePort);
  return [invalidValue(field, healthCheckNodePort, "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'")];
}

function rangeCauses(field: string, nodePort: number): FieldCause[] {
  if (nodePort >= NODE_PORTS.first && nodePort <= NODE_PORTS.last) return [];
  const words = `provided port is not in the valid range. The range of valid ports is ${NODE_PORTS.first}-${NODE_PORTS.last}`;
  return [invalidValue(field, nodePort, words)];
}

function portCauses({ name, port, targetPort, nodePort, protocol }: ServicePort, field: string, needsName: boolean): FieldCause[] {
  const causes: FieldCause[] = [];
  if (!name && needsName) causes.push(required(`${field}.name`));
  const nameProblem = name ? checkLabel(name) : undefined;
  if (nameProblem !== undefined) causes.push(invalidValue(`${field}.name`, name, nameProblem));
  const portProblem = checkPortNumber(port);
  if (portProblem !== undefined) causes.push(invalidValue(`${field}.port`, port, portProblem));
  if (protocol !== undefined && !PROTOCOLS.includes(protocol)) causes.push(notSupported(`${field}.protocol`, protocol, PROTOCOLS));
  const targetProblem = typeof targetPort === "string" ? checkPortName(targetPort) : targetPort && checkPortNumber(targetPort);
  if (targetProblem) causes.push(invalidValue(`${field}.targetPort`, targetPort, targetProblem));
  if (nodePort) causes.push(...rangeCauses(`${field}.nodePort`, nodePort));
  return causes;
}
