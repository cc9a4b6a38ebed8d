import type { ControllerSettings, Snapshot } from "@loopway/kube";
import { AVAILABILITY_ZONES, type AvailabilityZone, type LoadBalancer, loadBalancerAddresses, SUBNET_HOSTS } from "@loopway/model";

type Zones = NonNullable<NonNullable<LoadBalancer["status"]>["availabilityZones"]>;
/** Hosts of a /16 but the network's own; nothing on a loopback network is a broadcast address. */
const PUBLIC_HOSTS = 65_535;

/**
 * One address per availability zone: the lowest free ones of the public block, or of the load balancers' part of each zone's subnet.
 * Those that the load balancer already has are kept. The id of the subnet that has none left comes instead of the zones.
 */
export function allocateAddresses(
  loadBalancer: LoadBalancer,
  snapshot: Snapshot,
  { plan }: ControllerSettings,
): { zones: Zones } | { exhausted: string } {
  const isPublic = loadBalancer.spec.scheme === "internet-facing";
  const block = `${isPublic ? plan.publicAddresses : plan.vpc}.`;
  const current = snapshot.get<LoadBalancer>("LoadBalancer", loadBalancer.metadata.namespace, loadBalancer.metadata.name);
  const wanted = availabilityZonesOf(loadBalancer);
  const kept = current?.status?.availabilityZones ?? [];
  if (
    kept.map(({ zoneName }) => zoneName).join() === wanted.map(({ name }) => name).join() &&
    loadBalancerAddresses(current).every((address) => address.startsWith(block))
  )
    return { zones: kept };
  const others = snapshot.list<LoadBalancer>("LoadBalancer").filter(({ metadata }) => metadata.name !== loadBalancer.metadata.name);
  const taken = new Set(others.flatMap(loadBalancerAddresses));
  const zones: Zones = [];
  for (const { name, subnet, subnetId } of wanted) {
    const ipAddress = lowestFree(isPublic ? publicCandidates(block) : subnetCandidates(`${block}${subnet}.`), taken);
    if (ipAddress === undefined) return { exhausted: subnetId };
    taken.add(ipAddress);
    zones.push({ zoneName: name, subnetID: subnetId, loadBalancerAddresses: [{ ipAddress }] });
  }
  return { zones };
}

/** Those of its subnets; all where none of them is one of ours, since the user's account is not ours to see. */
function availabilityZonesOf({ spec }: LoadBalancer): readonly AvailabilityZone[] {
  const subnets = new Set(spec.subnetMappings?.map(({ subnetID }) => subnetID));
  const own = AVAILABILITY_ZONES.filter(({ subnetId }) => subnets.has(subnetId));
  return own.length > 0 ? own : AVAILABILITY_ZONES;
}

function lowestFree(candidates: Iterable<string>, taken: ReadonlySet<string>): string | undefined {
  for (const candidate of candidates) {
    if (!taken.has(candidate)) return candidate;
  }
  return undefined;
}

function* publicCandidates(block: string): Generator<string> {
  for (let host = 1; host <= PUBLIC_HOSTS; host++) yield `${block}${host >> 8}.${host & 255}`;
}

function* subnetCandidates(subnet: string): Generator<string> {
  const [first, last] = SUBNET_HOSTS.loadBalancers;
  for (let host = first; host <= last; host++) yield `${subnet}${host}`;
}
