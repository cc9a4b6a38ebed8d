/** The address plan: where each thing of instance n lives below 127.0.0.0/8. Every address shown is one that can be dialled. */

export interface Address {
  address: string;
  port: number;
}

export type Protocol = "tcp" | "udp";

export interface AvailabilityZone {
  name: string;
  /** Third octet of its subnet in the VPC. */
  subnet: number;
  subnetId: string;
}

export const REGION = "us-east-1";
export const ACCOUNT_ID = "000000000000";
export const CLUSTER_NAME = "loopway";
export const AVAILABILITY_ZONES: readonly AvailabilityZone[] = [
  { name: "us-east-1a", subnet: 1, subnetId: "subnet-0000000000000000a" },
  { name: "us-east-1b", subnet: 2, subnetId: "subnet-0000000000000000b" },
  { name: "us-east-1c", subnet: 3, subnetId: "subnet-0000000000000000c" },
];

/** The instance's four /16 blocks and the single addresses in them. */
export interface AddressPlan {
  instance: number;
  /** 127.(10n+10): nodes, pods, private load-balancer addresses. */
  vpc: string;
  /** 127.(10n+11): ClusterIPs. */
  services: string;
  /** 127.(10n+12): public load-balancer addresses. */
  publicAddresses: string;
  resolver: string;
}

/** Where clusters keep their DNS: the tenth address of the services' block. */
export function clusterDnsAddress({ services }: AddressPlan): string {
  return `${services}.0.10`;
}

export const MAX_INSTANCE = 24;

export function addressPlan(instance: number): AddressPlan {
  const block = (offset: number) => `127.${10 * instance + 10 + offset}`;
  return { instance, vpc: block(0), services: block(1), publicAddresses: block(2), resolver: `${block(3)}.0.1` };
}

/** Hosts .2 to .9 of a subnet are private load-balancer addresses, .10 to .19 nodes, .20 to .254 pods. */
export const SUBNET_HOSTS = { loadBalancers: [2, 9], nodes: [10, 19], pods: [20, 254] } as const;

/**
 * What a VPC has beyond that, for load balancers and pods that are only thought of: of zone s the whole subnets s + 3k, k from the first to
 * the last of these.
 */
export const EXTRA_SUBNETS = { loadBalancers: [1, 40], pods: [41, 80] } as const;

export function nodeAddress(plan: AddressPlan, zone: AvailabilityZone): string {
  return `${plan.vpc}.${zone.subnet}.${SUBNET_HOSTS.nodes[0]}`;
}

export function formatAddress({ address, port }: Address): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

/** "tcp 127.12.0.1:80": how a virtual address is named in maps. */
export function bindingKey(protocol: Protocol, { address, port }: Address): string {
  return `${protocol} ${address}:${port}`;
}
