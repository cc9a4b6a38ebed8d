import type { Snapshot } from "@loopway/kube";
import type { AddressPlan, Service } from "@loopway/model";
import { clusterIPsOf, isInServiceCidr, serviceCidr, servicesWith } from "./cluster-ip.ts";
import { NODE_PORTS, nodePortNumbers, servicesOnNodePort } from "./node-port.ts";

export interface Conflict {
  reason: string;
  message: string;
}

/**
 * What a stored Service asks for and cannot have, in the words of the API server's repair loops (ipallocator and portallocator,
 * controller/repair.go): the older Service keeps what both want. A new one of that kind is refused (refuse-allocation.ts).
 */
export function findConflicts(service: Service, snapshot: Snapshot, plan: AddressPlan): Conflict[] {
  const isOlders = (others: readonly Service[]) => others.some((other) => isOlder(other, service));
  return [
    ...clusterIPsOf(service).flatMap((address) => addressConflict(address, plan, () => isOlders(servicesWith(address, snapshot)))),
    ...nodePortNumbers(service.spec).flatMap((port) => portConflict(port, () => isOlders(servicesOnNodePort(port, snapshot)))),
  ];
}

function addressConflict(address: string, plan: AddressPlan, isTaken: () => boolean): Conflict[] {
  if (!isInServiceCidr(plan, address)) {
    const message = `Cluster IP [IPv4]:${address} is not within the service CIDR ${serviceCidr(plan)}; please recreate service`;
    return [{ reason: "ClusterIPOutOfRange", message }];
  }
  if (!isTaken()) return [];
  const message = `Cluster IP [IPv4]:${address} was assigned to multiple services; please recreate service`;
  return [{ reason: "ClusterIPAlreadyAllocated", message }];
}

function portConflict(nodePort: number, isTaken: () => boolean): Conflict[] {
  if (nodePort < NODE_PORTS.first || nodePort > NODE_PORTS.last) {
    const range = `${NODE_PORTS.first}-${NODE_PORTS.last}`;
    return [{ reason: "PortOutOfRange", message: `Port ${nodePort} is not within the port range ${range}; please recreate service` }];
  }
  if (!isTaken()) return [];
  return [{ reason: "PortAlreadyAllocated", message: `Port ${nodePort} was assigned to multiple services; please recreate service` }];
}

function isOlder(other: Service, service: Service): boolean {
  const age = ({ metadata }: Service) => `${metadata.creationTimestamp ?? ""} ${metadata.namespace} ${metadata.name}`;
  return other.metadata.uid !== service.metadata.uid && age(other) < age(service);
}
