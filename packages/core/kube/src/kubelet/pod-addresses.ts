import { internalIP, type Node, type Pod, SUBNET_HOSTS } from "@loopway/model";
import type { Snapshot } from "../snapshot.ts";

/** What is taken already, by uid: addresses given before, and those of processes that still run though their pod is gone. */
export type TakenAddresses = ReadonlyMap<string, string>;

/**
 * An address for every pod that is bound to a node: the one in its status (as the VPC CNI, an address stays as long as the pod), else the
 * one given before, else the lowest free one of its node's range. Keyed by uid. A pod whose node is unknown or full gets none.
 */
export function assignPodAddresses(objects: Snapshot, before: TakenAddresses): Map<string, string> {
  const pods = objects.list<Pod>("Pod").filter(({ spec }) => spec.nodeName !== undefined);
  const addresses = new Map<string, string>();
  for (const { metadata, status } of pods) {
    const known = status?.podIP ?? before.get(metadata.uid ?? "");
    if (known !== undefined) addresses.set(metadata.uid ?? "", known);
  }
  const taken = new Set([...before.values(), ...addresses.values()]);
  for (const { metadata, spec } of pods) {
    if (addresses.has(metadata.uid ?? "") || metadata.deletionTimestamp !== undefined) continue;
    const free = lowestFree(subnetOf(objects.get<Node>("Node", undefined, spec.nodeName ?? "")), taken);
    if (free === undefined) continue;
    taken.add(free);
    addresses.set(metadata.uid ?? "", free);
  }
  return addresses;
}

/** "127.10.1" of podCIDR 127.10.1.0/24. */
function subnetOf(node: Node | undefined): string | undefined {
  const address = node?.spec?.podCIDR?.split("/")[0] ?? internalIP(node);
  return address?.slice(0, address.lastIndexOf("."));
}

function lowestFree(subnet: string | undefined, taken: ReadonlySet<string>): string | undefined {
  if (subnet === undefined) return undefined;
  const [first, last] = SUBNET_HOSTS.pods;
  for (let host = first; host <= last; host++) if (!taken.has(`${subnet}.${host}`)) return `${subnet}.${host}`;
  return undefined;
}
