// The addresses that the user asks for: private ones in the zone's subnet, and elastic IPs, whose address is one of the public block that stays
// theirs as long as there is a state directory.
import type { Change, Snapshot } from "@loopway/kube";
import {
  ACCOUNT_ID,
  apiVersionOf,
  type ElasticIPAddress,
  internalIP,
  kindNamed,
  type LoadBalancer,
  type Node,
  ORIGIN_ANNOTATION,
  type Pod,
  REGION,
  type SubnetMapping,
} from "@loopway/model";
import { statusChange } from "../changes.ts";
import { ALLOCATION_IN_USE, addressInUse, allocationNotFound } from "./deploy-errors.ts";
import { AWS_NAMESPACE } from "./names.ts";

const ALLOCATION_ID = /^eipalloc-[0-9a-z]+$/;

/** `any`: the next free one will do; with `allocationID` it becomes that elastic IP's. */
export type AskedAddress =
  | { kind: "this"; address: string }
  | { kind: "any"; allocationID?: string }
  | { kind: "refused"; message: string };

export interface AskedIn {
  snapshot: Snapshot;
  /** "127.10.1.", "127.12.": what addresses there begin with. */
  prefix: string;
  /** By other load balancers, or given to this one already. */
  isTaken(address: string): boolean;
}

/** A private address outside of our plan is one of the user's account, which is not ours to see: any will do. */
export function askedAddress({ allocationID, privateIPv4Address }: SubnetMapping, asked: AskedIn): AskedAddress {
  if (allocationID !== undefined) return askedAllocation(allocationID, asked);
  if (privateIPv4Address?.startsWith(asked.prefix) !== true) return { kind: "any" };
  const isInUse = asked.isTaken(privateIPv4Address) || isOfMachine(privateIPv4Address, asked.snapshot);
  return isInUse ? { kind: "refused", message: addressInUse(privateIPv4Address) } : { kind: "this", address: privateIPv4Address };
}

function askedAllocation(allocationID: string, { snapshot, prefix, isTaken }: AskedIn): AskedAddress {
  if (!ALLOCATION_ID.test(allocationID)) return { kind: "refused", message: allocationNotFound(allocationID) };
  const address = snapshot.get<ElasticIPAddress>("ElasticIPAddress", AWS_NAMESPACE, allocationID)?.status?.publicIP;
  if (address?.startsWith(prefix) !== true) return { kind: "any", allocationID };
  return isTaken(address) ? { kind: "refused", message: ALLOCATION_IN_USE } : { kind: "this", address };
}

function isOfMachine(address: string, snapshot: Snapshot): boolean {
  const isNode = snapshot.list<Node>("Node").some((node) => internalIP(node) === address);
  return isNode || snapshot.list<Pod>("Pod").some(({ status }) => status?.podIP === address);
}

/** What no load balancer gets by chance. */
export function elasticAddresses(snapshot: Snapshot): string[] {
  return snapshot.list<ElasticIPAddress>("ElasticIPAddress").flatMap(({ status }) => status?.publicIP ?? []);
}

/** It says who asked for it first. */
export function buildElasticIP(allocationID: string, publicIP: string, { metadata }: LoadBalancer): ElasticIPAddress {
  const origin = metadata.annotations?.[ORIGIN_ANNOTATION];
  const arn = `arn:aws:ec2:${REGION}:${ACCOUNT_ID}:elastic-ip/${allocationID}`;
  return {
    apiVersion: apiVersionOf(kindNamed("ElasticIPAddress")),
    kind: "ElasticIPAddress",
    metadata: {
      name: allocationID,
      namespace: AWS_NAMESPACE,
      ...(origin === undefined ? {} : { annotations: { [ORIGIN_ANNOTATION]: origin } }),
    },
    spec: {},
    status: { allocationID, publicIP, ackResourceMetadata: { arn, ownerAccountID: ACCOUNT_ID, region: REGION } },
  };
}

/** Made where they are not there; one that the user made gets its address. */
export function elasticIPChanges(elasticIPs: readonly ElasticIPAddress[], snapshot: Snapshot): Change[] {
  return elasticIPs.flatMap((elasticIP): Change[] => {
    const { namespace, name } = elasticIP.metadata;
    const stored = snapshot.get<ElasticIPAddress>("ElasticIPAddress", namespace, name);
    return stored === undefined ? [{ op: "create", object: elasticIP }] : statusChange(stored, { ...stored.status, ...elasticIP.status });
  });
}

/** Of the zone in the stored load balancer, where it lies in the block. */
export function keptAddress(stored: LoadBalancer | undefined, zone: string, block: string): string | undefined {
  const zones = stored?.status?.availabilityZones?.filter(({ zoneName }) => zoneName === zone) ?? [];
  const addresses = zones.flatMap(({ loadBalancerAddresses: own }) => own.flatMap(({ ipAddress }) => ipAddress ?? []));
  return addresses.find((address) => address.startsWith(`${block}.`));
}
