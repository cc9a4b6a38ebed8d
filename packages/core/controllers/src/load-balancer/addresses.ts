import { type ControllerSettings, type IndexFunction, perList, perObject, type Snapshot } from "@loopway/kube";
import {
  AVAILABILITY_ZONES,
  type AvailabilityZone,
  type ElasticIPAddress,
  EXTRA_SUBNETS,
  type LoadBalancer,
  loadBalancerAddresses,
  SUBNET_HOSTS,
  type SubnetMapping,
} from "@loopway/model";
import { ALLOCATION_IN_USE, noAddressLeft } from "./deploy-errors.ts";
import { type AskedAddress, askedAddress, buildElasticIP, elasticAddresses, keptAddress } from "./static-addresses.ts";

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

export type Allocation = { kind: "allocated"; zones: Zones; elasticIPs: ElasticIPAddress[] } | { kind: "refused"; message: string };

/**
 * One address per availability zone: the one that the load balancer has there (AWS moves none), else the one that is asked for, else the
 * lowest free one of the public block, or of the load balancers' part of the zone's subnet. With elastic IPs that are new.
 */
export function allocateAddresses(loadBalancer: LoadBalancer, snapshot: Snapshot, { plan, room, given = [] }: AddressSettings): Allocation {
  const isPublic = loadBalancer.spec.scheme === "internet-facing";
  const block = isPublic ? plan.publicAddresses : plan.vpc;
  const { namespace, name } = loadBalancer.metadata;
  const current = snapshot.get<LoadBalancer>("LoadBalancer", namespace, name);
  const others = (list: readonly LoadBalancer[]) => (current === undefined ? list : list.filter(({ metadata }) => metadata.name !== name));
  const known: Uint8Array[] = [];
  const takenIn: Taken = (third) => {
    const before = known[third];
    if (before !== undefined) return before;
    const subnet = `${block}.${third}`;
    const found = snapshot.list<LoadBalancer>("LoadBalancer", { by: { index: subnetsOf, value: subnet } });
    const marks = marksOf(others(found)).get(subnet) ?? NONE_TAKEN;
    known[third] = marks;
    return marks;
  };
  const hostsIn = (addresses: readonly string[]) => addresses.filter((address) => address.startsWith(`${block}.`)).map(hostOf);
  const chosen = new Set<Host>(hostsIn(given));
  const isTaken = (host: Host) => chosen.has(host) || takenIn(host >> 8)[host & 255] === 1;
  const reserved = new Set(isPublic ? hostsIn(elasticAddresses(snapshot)) : []);
  const zones: Zones = [];
  const elasticIPs: ElasticIPAddress[] = [];
  for (const { zone, mapping } of zonesOf(loadBalancer)) {
    const prefix = isPublic ? `${block}.` : `${block}.${zone.subnet}.`;
    const kept = keptAddress(current, zone.name, block);
    const asked: AskedAddress =
      kept === undefined
        ? askedAddress(mapping, { snapshot, prefix, isTaken: (address) => isTaken(hostOf(address)) })
        : { kind: "this", address: kept };
    if (asked.kind === "refused") return asked;
    if (asked.kind === "any" && elasticIPs.some(({ metadata }) => metadata.name === asked.allocationID))
      return { kind: "refused", message: ALLOCATION_IN_USE };
    const ranges = isPublic ? PUBLIC_RANGES : privateRanges(zone.subnet, room);
    const host = asked.kind === "this" ? hostOf(asked.address) : lowestFree(ranges, takenIn, new Set([...chosen, ...reserved]));
    if (host === undefined) return { kind: "refused", message: noAddressLeft(zone.subnetId) };
    chosen.add(host);
    const ipAddress = `${block}.${host >> 8}.${host & 255}`;
    zones.push({ zoneName: zone.name, subnetID: zone.subnetId, loadBalancerAddresses: [{ ipAddress }] });
    if (asked.kind === "any" && asked.allocationID !== undefined)
      elasticIPs.push(buildElasticIP(asked.allocationID, ipAddress, loadBalancer));
  }
  return { kind: "allocated", zones, elasticIPs };
}

/**
 * Those of its subnets; all where none of them is one of ours, since the user's account is not ours to see. With addresses of the user's for
 * them they are no more than these.
 */
function zonesOf({ spec }: LoadBalancer): { zone: AvailabilityZone; mapping: SubnetMapping }[] {
  const mappings = spec.subnetMappings ?? [];
  const own = AVAILABILITY_ZONES.flatMap((zone) => {
    const mapping = mappings.find(({ subnetID }) => subnetID === zone.subnetId);
    return mapping === undefined ? [] : [{ zone, mapping }];
  });
  if (own.length > 0) return own;
  const isAddressed = mappings.some(({ allocationID, privateIPv4Address }) => (allocationID ?? privateIPv4Address) !== undefined);
  const all = AVAILABILITY_ZONES.map((zone, index) => ({ zone, mapping: mappings[index] ?? { subnetID: zone.subnetId } }));
  return isAddressed ? all.slice(0, mappings.length) : all;
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
      let taken = marks.get(subnet);
      if (taken === undefined) {
        taken = new Uint8Array(HOSTS_PER_SUBNET);
        marks.set(subnet, taken);
      }
      taken[low] = 1;
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
