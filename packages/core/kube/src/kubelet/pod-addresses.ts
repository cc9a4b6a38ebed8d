import {
  AVAILABILITY_ZONES,
  EXTRA_SUBNETS,
  internalIP,
  type LoadBalancer,
  loadBalancerAddresses,
  type Node,
  type Pod,
  SUBNET_HOSTS,
} from "@loopway/model";
import type { ControllerSettings } from "../controller.ts";
import type { Snapshot } from "../snapshot.ts";
import type { ReleasedAddresses } from "./address-cooldown.ts";

/** What is taken already, by uid: addresses given before, and those of processes that still run though their pod is gone. */
export type TakenAddresses = ReadonlyMap<string, string>;

interface AddressOptions extends Pick<ControllerSettings, "room"> {
  released?: ReleasedAddresses;
}

const NOTHING_RELEASED: ReleasedAddresses = new Map();

/**
 * An address for every pod that is bound to a node: the one in its status (as the VPC CNI, an address stays as long as the pod), else the
 * one given before, else the lowest free one of its node's range, else the one that was given back the longest ago. Keyed by uid. A pod whose
 * node is unknown or full gets none; in a whole VPC no node is full.
 */
export function assignPodAddresses(
  objects: Snapshot,
  before: TakenAddresses,
  { room = "machine", released = NOTHING_RELEASED }: AddressOptions = {},
): Map<string, string> {
  const pods = objects.list<Pod>("Pod").filter(({ spec }) => spec.nodeName !== undefined);
  const addresses = new Map<string, string>();
  for (const { metadata, status } of pods) {
    const known = status?.podIP ?? before.get(metadata.uid ?? "");
    if (known !== undefined) addresses.set(metadata.uid ?? "", known);
  }
  // A load balancer may have asked for one that is a pod's otherwise.
  const ofLoadBalancers = objects.list<LoadBalancer>("LoadBalancer").flatMap(loadBalancerAddresses);
  const taken = new Set([...before.values(), ...addresses.values(), ...ofLoadBalancers]);
  const cooling = [...released.keys()].filter((address) => !taken.has(address));
  for (const address of cooling) taken.add(address);
  const candidates = new Map<string, Iterator<string>>();
  for (const { metadata, spec } of pods) {
    if (addresses.has(metadata.uid ?? "") || metadata.deletionTimestamp !== undefined) continue;
    const { nodeName = "" } = spec;
    const node = objects.get<Node>("Node", undefined, nodeName);
    const candidatesOfNode = candidates.get(nodeName) ?? podCandidates(node, room);
    candidates.set(nodeName, candidatesOfNode);
    const free = nextFree(candidatesOfNode, taken) ?? takeCooling(cooling, podCandidates(node, room));
    if (free === undefined) continue;
    taken.add(free);
    addresses.set(metadata.uid ?? "", free);
  }
  return addresses;
}

/** Those of podCIDR 127.10.1.0/24 begin with 127.10.1.20. */
function* podCandidates(node: Node | undefined, room: ControllerSettings["room"]): Generator<string> {
  const [vpc, subnet] = /^(\d+\.\d+)\.(\d+)\./.exec(node?.spec?.podCIDR ?? internalIP(node) ?? "")?.slice(1) ?? [];
  if (vpc === undefined || subnet === undefined) return;
  const [first, last] = SUBNET_HOSTS.pods;
  for (let host = first; host <= last; host++) yield `${vpc}.${subnet}.${host}`;
  if (room !== "vpc") return;
  const [firstExtra, lastExtra] = EXTRA_SUBNETS.pods;
  for (let step = firstExtra; step <= lastExtra; step++) {
    for (let host = 1; host <= 254; host++) yield `${vpc}.${Number(subnet) + AVAILABILITY_ZONES.length * step}.${host}`;
  }
}

function nextFree(candidates: Iterator<string>, taken: ReadonlySet<string>): string | undefined {
  for (let next = candidates.next(); next.done !== true; next = candidates.next()) if (!taken.has(next.value)) return next.value;
  return undefined;
}

/** Removes the first that is one of the node's. */
function takeCooling(cooling: string[], candidates: Iterable<string>): string | undefined {
  if (cooling.length === 0) return undefined;
  const ofNode = new Set(candidates);
  const index = cooling.findIndex((address) => ofNode.has(address));
  return index < 0 ? undefined : cooling.splice(index, 1)[0];
}
