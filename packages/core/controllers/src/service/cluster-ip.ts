import { perObject, type Snapshot } from "@loopway/kube";
import type { AddressPlan, KubeObject, Service } from "@loopway/model";
import { allocate, type Band } from "./band.ts";

const CIDR_SIZE = 65_536; // the plan's /16 for ClusterIPs
/**
 * Index 0 is the address after the network's own; the broadcast address is left out too. The static band is min(max(16, size/16), 256).
 * Kubernetes, pkg/registry/core/service/ipallocator, calculateRangeOffset.
 */
const clusterIPBand: Band = { size: CIDR_SIZE - 2, offset: Math.min(Math.max(16, CIDR_SIZE / 16), 256) };

export function serviceCidr(plan: AddressPlan): string {
  return `${plan.services}.0.0/16`;
}

export function isInServiceCidr(plan: AddressPlan, address: string): boolean {
  const index = indexOf(plan, address);
  return index !== undefined && index >= 0 && index < clusterIPBand.size;
}

/** A ClusterIP that no Service of the snapshot has; undefined when the range is full. */
export function allocateClusterIP(snapshot: Snapshot, plan: AddressPlan, random: () => number): string | undefined {
  const index = allocate(clusterIPBand, (candidate) => servicesWith(addressAt(plan, candidate), snapshot).length > 0, random);
  return index === undefined ? undefined : addressAt(plan, index);
}

/** Those that have the address, or ask for it. */
export function servicesWith(clusterIP: string, snapshot: Snapshot): readonly Service[] {
  return snapshot.list<Service>("Service", { by: { index: clusterIPIndex, value: clusterIP } });
}

function clusterIPIndex(object: KubeObject): readonly string[] {
  return clusterIPsOf(object as Service);
}

/** The addresses a Service has or asks for; "None" is no address. */
export const clusterIPsOf = perObject(({ spec }: Service): readonly string[] => {
  if (spec.type === "ExternalName") return [];
  const addresses = [...(spec.clusterIP === undefined ? [] : [spec.clusterIP]), ...(spec.clusterIPs ?? [])];
  return [...new Set(addresses)].filter((address) => address !== "" && address !== "None");
});

function addressAt(plan: AddressPlan, index: number): string {
  const host = index + 1;
  return `${plan.services}.${host >> 8}.${host & 255}`;
}

function indexOf(plan: AddressPlan, address: string): number | undefined {
  if (!address.startsWith(`${plan.services}.`)) return undefined;
  const [high, low, ...rest] = address
    .slice(plan.services.length + 1)
    .split(".")
    .map(Number);
  if (high === undefined || low === undefined || rest.length > 0) return undefined;
  const isOctet = (octet: number) => Number.isInteger(octet) && octet >= 0 && octet < 256;
  return isOctet(high) && isOctet(low) ? high * 256 + low - 1 : undefined;
}
