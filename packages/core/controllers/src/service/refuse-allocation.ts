import type { FieldCause, Snapshot } from "@loopway/kube";
import type { AddressPlan, Service } from "@loopway/model";
import { clusterIPsOf, isInServiceCidr, serviceCidr, servicesWith } from "./cluster-ip.ts";
import { nodePortNumbers, servicesOnNodePort } from "./node-port.ts";

/**
 * The first thing that the Service asks for and cannot have, as the API server refuses it (422): an address outside the range, an address or a
 * nodePort that another Service has. What it has already, as `current`, it keeps. A nodePort is one for all protocols. `snapshot` may hold
 * the Service itself. Kubernetes, pkg/registry/core/service/storage/alloc.go.
 */
export function refuseAllocation(
  service: Service,
  current: Service | undefined,
  { snapshot, plan }: { snapshot: Snapshot; plan: AddressPlan },
): FieldCause | undefined {
  const { clusterIP = "", clusterIPs = [clusterIP], ports = [] } = service.spec;
  const hasOther = (services: readonly Service[]) => services.some((other) => !isSame(other, service));
  const held = current === undefined ? [] : clusterIPsOf(current);
  for (const address of clusterIPsOf(service).filter((asked) => !held.includes(asked))) {
    const why = whyNoAddress(address, plan) ?? (hasOther(servicesWith(address, snapshot)) ? "provided IP is already allocated" : undefined);
    if (why === undefined) continue;
    const message = `Invalid value: ${JSON.stringify(clusterIPs)}: failed to allocate IP ${address}: ${why}`;
    return { reason: "FieldValueInvalid", message, field: "spec.clusterIPs" };
  }
  const heldPorts = current === undefined ? [] : nodePortNumbers(current.spec);
  const index = ports.findIndex(
    ({ nodePort = 0 }) => nodePort !== 0 && !heldPorts.includes(nodePort) && hasOther(servicesOnNodePort(nodePort, snapshot)),
  );
  if (index < 0) return undefined;
  const message = `Invalid value: ${ports[index]?.nodePort}: provided port is already allocated`;
  return { reason: "FieldValueInvalid", message, field: `spec.ports[${index}].nodePort` };
}

/** pkg/registry/core/service/ipallocator, ErrMismatchedNetwork and ErrNotInRange (the first address of the network, and the last). */
function whyNoAddress(address: string, plan: AddressPlan): string | undefined {
  if (isInServiceCidr(plan, address)) return undefined;
  if (!address.startsWith(`${plan.services}.`)) return "the provided network does not match the current range";
  return `the provided IP (${address}) is not in the valid range. The range of valid IPs is ${serviceCidr(plan)}`;
}

function isSame({ metadata: one }: Service, { metadata: other }: Service): boolean {
  return one.name === other.name && one.namespace === other.namespace;
}
