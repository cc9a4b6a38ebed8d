import { type ControllerSettings, perObject, type Snapshot } from "@loopway/kube";
import {
  AVAILABILITY_ZONES,
  type AvailabilityZone,
  EXTRA_SUBNETS,
  type LoadBalancer,
  loadBalancerAddresses,
  SUBNET_HOSTS,
} from "@loopway/model";

type Zones = NonNullable<NonNullable<LoadBalancer["status"]>["availabilityZones"]>;
/** Addresses of a /16 by their last two octets as one number. */
type Host = number;
/** First and last. */
type Range = readonly [Host, Host];
/** Hosts of a /16 but the network's own; nothing on a loopback network is a broadcast address. */
const PUBLIC_HOSTS = 65_535;
const PUBLIC_RANGES: readonly Range[] = [[1, PUBLIC_HOSTS]];

/**
 * One address per availability zone: the lowest free ones of the public block, or of the load balancers' part of each zone's subnet.
 * Those that the load balancer already has are kept. The id of the subnet that has none left comes instead of the zones.
 */
export function allocateAddresses(
  loadBalancer: LoadBalancer,
  snapshot: Snapshot,
  { plan, room }: ControllerSettings,
): { zones: Zones } | { exhausted: string } {
  const isPublic = loadBalancer.spec.scheme === "internet-facing";
  const block = isPublic ? plan.publicAddresses : plan.vpc;
  const { namespace, name } = loadBalancer.metadata;
  const current = snapshot.get<LoadBalancer>("LoadBalancer", namespace, name);
  const wanted = availabilityZonesOf(loadBalancer);
  const kept = current?.status?.availabilityZones ?? [];
  if (
    kept.map(({ zoneName }) => zoneName).join() === wanted.map(({ name: zone }) => zone).join() &&
    loadBalancerAddresses(current).every((address) => address.startsWith(`${block}.`))
  )
    return { zones: kept };
  const isTaken = takenHosts(snapshot.list<LoadBalancer>("LoadBalancer"), block, name);
  const zones: Zones = [];
  for (const { name: zoneName, subnet, subnetId } of wanted) {
    const host = lowestFree(isPublic ? PUBLIC_RANGES : privateRanges(subnet, room), isTaken);
    if (host === undefined) return { exhausted: subnetId };
    isTaken[host] = 1;
    zones.push({ zoneName, subnetID: subnetId, loadBalancerAddresses: [{ ipAddress: `${block}.${host >> 8}.${host & 255}` }] });
  }
  return { zones };
}

/** Those of its subnets; all where none of them is one of ours, since the user's account is not ours to see. */
function availabilityZonesOf({ spec }: LoadBalancer): readonly AvailabilityZone[] {
  const subnets = new Set(spec.subnetMappings?.map(({ subnetID }) => subnetID));
  const own = AVAILABILITY_ZONES.filter(({ subnetId }) => subnets.has(subnetId));
  return own.length > 0 ? own : AVAILABILITY_ZONES;
}

/** A mark per host: this is asked for every load balancer, and there may be thousands. */
function takenHosts(loadBalancers: readonly LoadBalancer[], block: string, except: string): Uint8Array {
  const taken = new Uint8Array(PUBLIC_HOSTS + 1);
  for (const loadBalancer of loadBalancers) {
    if (loadBalancer.metadata.name === except) continue;
    const { blocks, hosts } = placesOf(loadBalancer);
    for (const [index, host] of hosts.entries()) if (blocks[index] === block) taken[host] = 1;
  }
  return taken;
}

const placesOf = perObject((loadBalancer: LoadBalancer) => {
  const octets = loadBalancerAddresses(loadBalancer).map((address) => address.split("."));
  return { blocks: octets.map(([a, b]) => `${a}.${b}`), hosts: octets.map(([, , c, d]): Host => Number(c) * 256 + Number(d)) };
});

function lowestFree(ranges: readonly Range[], taken: Uint8Array): Host | undefined {
  for (const [first, last] of ranges) for (let host = first; host <= last; host++) if (taken[host] === 0) return host;
  return undefined;
}

function privateRanges(subnet: number, room: ControllerSettings["room"]): Range[] {
  const hostsOf = (third: number, first: number, last: number): Range => [third * 256 + first, third * 256 + last];
  const [first, last] = SUBNET_HOSTS.loadBalancers;
  if (room !== "vpc") return [hostsOf(subnet, first, last)];
  const [firstExtra, lastExtra] = EXTRA_SUBNETS.loadBalancers;
  const steps = Array.from({ length: lastExtra - firstExtra + 1 }, (_, index) => firstExtra + index);
  return [hostsOf(subnet, first, last), ...steps.map((step) => hostsOf(subnet + AVAILABILITY_ZONES.length * step, 1, 254))];
}
