import { type ControllerSettings, type IndexFunction, perList, perObject, type Snapshot } from "@loopway/kube";
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
const HOSTS_PER_SUBNET = 256;
const NONE_TAKEN = new Uint8Array(HOSTS_PER_SUBNET);

/** Third octet → a mark at each last octet that somebody has. */
type Taken = (third: number) => Uint8Array;

export interface AddressSettings extends Pick<ControllerSettings, "plan" | "room"> {
  /** To others in the same transaction. */
  given?: readonly string[];
}

/**
 * One address per availability zone: the lowest free ones of the public block, or of the load balancers' part of each zone's subnet.
 * Those that the load balancer already has are kept. The id of the subnet that has none left comes instead of the zones.
 */
export function allocateAddresses(
  loadBalancer: LoadBalancer,
  snapshot: Snapshot,
  { plan, room, given = [] }: AddressSettings,
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
  const others = (list: readonly LoadBalancer[]) => (current === undefined ? list : list.filter(({ metadata }) => metadata.name !== name));
  const takenIn: Taken = (third) => {
    const subnet = `${block}.${third}`;
    return (
      marksOf(others(snapshot.list<LoadBalancer>("LoadBalancer", { by: { index: subnetsOf, value: subnet } }))).get(subnet) ?? NONE_TAKEN
    );
  };
  const chosen = new Set<Host>(given.filter((address) => address.startsWith(`${block}.`)).map(hostOf));
  const zones: Zones = [];
  for (const { name: zoneName, subnet, subnetId } of wanted) {
    const host = lowestFree(isPublic ? PUBLIC_RANGES : privateRanges(subnet, room), takenIn, chosen);
    if (host === undefined) return { exhausted: subnetId };
    chosen.add(host);
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

/** Where it is: subnets as their first three octets, and the last octet. This is asked for every load balancer, and there may be thousands. */
const placesOf = perObject((loadBalancer: LoadBalancer) =>
  loadBalancerAddresses(loadBalancer).map((address) => {
    const dot = address.lastIndexOf(".");
    return { subnet: address.slice(0, dot), low: Number(address.slice(dot + 1)) };
  }),
);

const subnetsOf: IndexFunction = (object) => [...new Set(placesOf(object as LoadBalancer).map(({ subnet }) => subnet))];

/** By subnet: a mark at each host that one of these has. */
const marksOf = perList((loadBalancers: readonly LoadBalancer[]): ReadonlyMap<string, Uint8Array> => {
  const marks = new Map<string, Uint8Array>();
  for (const loadBalancer of loadBalancers) {
    for (const { subnet, low } of placesOf(loadBalancer)) {
      const taken = marks.get(subnet) ?? new Uint8Array(HOSTS_PER_SUBNET);
      taken[low] = 1;
      marks.set(subnet, taken);
    }
  }
  return marks;
});

/** In the order of the ranges. */
function lowestFree(ranges: readonly Range[], takenIn: Taken, chosen: ReadonlySet<Host>): Host | undefined {
  for (const [first, last] of ranges) {
    for (let subnet = first - (first % HOSTS_PER_SUBNET); subnet <= last; subnet += HOSTS_PER_SUBNET) {
      const taken = takenIn(subnet / HOSTS_PER_SUBNET);
      for (let low = taken.indexOf(0, Math.max(first - subnet, 0)); low !== -1 && subnet + low <= last; low = taken.indexOf(0, low + 1))
        if (!chosen.has(subnet + low)) return subnet + low;
    }
  }
  return undefined;
}

function hostOf(address: string): Host {
  const [third = 0, fourth = 0] = address.split(".").slice(2).map(Number);
  return third * HOSTS_PER_SUBNET + fourth;
}

function privateRanges(subnet: number, room: ControllerSettings["room"]): Range[] {
  const hostsOf = (third: number, first: number, last: number): Range => [third * 256 + first, third * 256 + last];
  const [first, last] = SUBNET_HOSTS.loadBalancers;
  if (room !== "vpc") return [hostsOf(subnet, first, last)];
  const [firstExtra, lastExtra] = EXTRA_SUBNETS.loadBalancers;
  const steps = Array.from({ length: lastExtra - firstExtra + 1 }, (_, index) => firstExtra + index);
  return [hostsOf(subnet, first, last), ...steps.map((step) => hostsOf(subnet + AVAILABILITY_ZONES.length * step, 1, 254))];
}
