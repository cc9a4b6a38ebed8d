import type { Place } from "@loopway/balancing";
import { internalIP, isInCidr, type Node, SUBNET_HOSTS } from "@loopway/model";

const ZONE_LABEL = "topology.kubernetes.io/zone";

/** Where the nodes are, and which of them a client is on: what a kube-proxy knows because it runs there, one for all nodes must look up. */
export interface Places {
  names: readonly string[];
  placeOf(node: string): Place;
  addressOf(node: string): string | undefined;
  /** The node whose address this is, or that of one of its pods. Undefined for everything outside the cluster, load balancers too. */
  nodeOf(address: string): string | undefined;
}

export function locateNodes(nodes: readonly Node[]): Places {
  const nodesByName = new Map(nodes.map((node) => [node.metadata.name, node]));
  return {
    names: [...nodesByName.keys()],
    placeOf: (name) => ({ node: name, availabilityZone: nodesByName.get(name)?.metadata.labels?.[ZONE_LABEL] }),
    addressOf: (name) => internalIP(nodesByName.get(name)),
    nodeOf: (address) => nodes.find((node) => isOn(node, address))?.metadata.name,
  };
}

function isOn(node: Node, address: string): boolean {
  if (internalIP(node) === address) return true;
  const [first, last] = SUBNET_HOSTS.pods;
  const host = Number(address.slice(address.lastIndexOf(".") + 1));
  const { podCIDR } = node.spec ?? {};
  // A subnet holds load balancers and nodes too.
  return podCIDR !== undefined && host >= first && host <= last && isInCidr(address, podCIDR);
}
