import type { FieldCause, Snapshot } from "@loopway/kube";
import type { AddressPlan, Service } from "@loopway/model";
import { clusterIPsOf, isInServiceCidr, serviceCidr, servicesWith } from "./cluster-ip.ts";
import { servicesOnNodePort } from "./node-port.ts";

/**
 * The first thing that the Service asks for and cannot have, as the API server refuses it (422): an address outside the range, an address, a
 * nodePort or a healthCheckNodePort that another Service has. What it has already, as `current`, it keeps. A nodePort is one for all protocols,
 * and for health checks. `snapshot` may hold the Service itself. Kubernetes, pkg/registry/core/service/storage/alloc.go.
 */
export function refuseAllocation(
  service: Service,
  current: Service | undefined,
  { snapshot, plan }: { snapshot: Snapshot; plan: AddressPlan },
): FieldCause | undefined {
  const hasOther = (services: readonly Service[]) => services.some((other) => !isSame(other, service));
  const hasPort = (nodePort: number) => hasOther(servicesOnNodePort(nodePort, snapshot));
  return (
    refuseAddress(service, current, { plan, hasOther: (address) => hasOther(servicesWith(address, snapshot)) }) ??
    refuseNodePort(service.spec, current?.spec, hasPort) ??
    refuseHealthCheckNodePort(service.spec, current?.spec, hasPort)
  );
}

function refuseAddress(
  service: Service,
  current: Service | undefined,
  { plan, hasOther }: { plan: AddressPlan; hasOther: (address: string) => boolean },
): FieldCause | undefined {
  const { clusterIP = "", clusterIPs = [clusterIP] } = service.spec;
  const held = current === undefined ? [] : clusterIPsOf(current);
  for (const address of clusterIPsOf(service).filter((asked) => !held.includes(asked))) {
    const why = whyNoAddress(address, plan) ?? (hasOther(address) ? "provided IP is already allocated" : undefined);
    if (why === undefined) continue;
    const message = `Invalid value: ${JSON.stringify(clusterIPs)}: failed to allocate IP ${address}: ${why}`;
    return { reason: "FieldValueInvalid", message, field: "spec.clusterIPs" };
  }
  return undefined;
}

type HasPort = (nodePort: number) => boolean;

/** A healthCheckNodePort that the update gives back is free after it, not in it. */
function refuseNodePort({ ports = [] }: Service["spec"], current: Service["spec"] | undefined, hasPort: HasPort): FieldCause | undefined {
  const isHeld = (port: number) => current?.ports?.some(({ nodePort }) => nodePort === port) === true;
  const isTaken = (port: number) => port !== 0 && !isHeld(port) && (port === current?.healthCheckNodePort || hasPort(port));
  const index = ports.findIndex(({ nodePort = 0 }) => isTaken(nodePort));
  return index < 0 ? undefined : portTaken(`spec.ports[${index}].nodePort`, ports[index]?.nodePort);
}

/** The real one answers 500, InternalError, and names no field: "failed to allocate requested HealthCheck NodePort …". */
function refuseHealthCheckNodePort(
  { ports = [], healthCheckNodePort = 0 }: Service["spec"],
  current: Service["spec"] | undefined,
  hasPort: HasPort,
): FieldCause | undefined {
  if (healthCheckNodePort === 0 || healthCheckNodePort === current?.healthCheckNodePort) return undefined;
  const isOwn = [...ports, ...(current?.ports ?? [])].some(({ nodePort }) => nodePort === healthCheckNodePort);
  return isOwn || hasPort(healthCheckNodePort) ? portTaken("spec.healthCheckNodePort", healthCheckNodePort) : undefined;
}

function portTaken(field: string, nodePort: number | undefined): FieldCause {
  return { reason: "FieldValueInvalid", message: `Invalid value: ${nodePort}: provided port is already allocated`, field };
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
