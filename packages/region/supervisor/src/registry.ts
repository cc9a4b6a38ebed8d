// Which objects call for which processes. One row per kind, in the order a first request needs them; nothing else in the supervisor
// knows a product by its name.
import type { Snapshot } from "@loopway/kube";
import { isClusterDns, type KubeObject, type LoadBalancer, type Node, type Pod, type ProcessKind, type Service } from "@loopway/model";
import { type Part, runsProcess } from "./part.ts";
import type { ProcessWish } from "./wish.ts";

/** Of the pods that are to have a process: their addresses, by uid. */
export type PodAddresses = ReadonlyMap<string, string>;

interface Row {
  kind: ProcessKind;
  /** Kinds whose objects decide. */
  watches: readonly string[];
  /** Runs only where a part asks for it. */
  isOptional?: true;
  wishes(objects: Snapshot, podAddresses: PodAddresses): Omit<ProcessWish, "kind" | "order">[];
}

const registry: readonly Row[] = [
  { kind: "control-plane", watches: [], wishes: () => [single("control-plane")] },
  { kind: "collector", watches: [], wishes: () => [single("collector")] },
  {
    // A load balancer's own name resolves without any hosted zone.
    kind: "route53",
    watches: ["HostedZone", "LoadBalancer"],
    wishes: (objects) => (["HostedZone", "LoadBalancer"].some((kind) => objects.list(kind).length > 0) ? [single("route53")] : []),
  },
  { kind: "client", watches: [], wishes: () => [single("client")] },
  {
    kind: "alb",
    watches: ["LoadBalancer"],
    wishes: (objects) => loadBalancerWishes(objects, "application", "alb"),
  },
  {
    kind: "nlb",
    watches: ["LoadBalancer"],
    wishes: (objects) => loadBalancerWishes(objects, "network", "nlb"),
  },
  {
    kind: "kube-proxy",
    watches: ["Node"],
    wishes: (objects) => {
      const nodes = objects.list<Node>("Node").map((node) => ownedBy(node, "kube-proxy"));
      const services = { key: "kube-proxy services", name: "services", settings: {} };
      return nodes.length === 0 ? [] : [...nodes, services];
    },
  },
  {
    // Only where the cluster has the Service: a process that nobody asks would cost its memory.
    kind: "coredns",
    watches: ["Service"],
    wishes: (objects) => (objects.list<Service>("Service").some(isClusterDns) ? [single("coredns")] : []),
  },
  { kind: "pod", watches: ["Pod"], wishes: podWishes },
  { kind: "edge", watches: [], isOptional: true, wishes: () => [single("edge")] },
];

/** Kinds of objects that the supervisor watches for its processes. */
export const watchedKinds: readonly string[] = [...new Set(registry.flatMap(({ watches }) => watches))];

/** All processes that are to run, of the part if one is given, in the order in which to start them. Pure. */
export function desiredProcesses(objects: Snapshot, podAddresses: PodAddresses, part?: Part): ProcessWish[] {
  return registry
    .filter(({ isOptional }) => part !== undefined || isOptional !== true)
    .flatMap(({ kind, wishes }) => wishes(objects, podAddresses).map((wish) => ({ ...wish, kind })))
    .filter((wish) => runsProcess(part, wish))
    .map(withOrder);
}

function single(name: string): Omit<ProcessWish, "kind" | "order"> {
  return { key: name, name, settings: {} };
}

function ownedBy({ kind, metadata: { name, namespace } }: KubeObject, processKind: ProcessKind): Omit<ProcessWish, "kind" | "order"> {
  const owner = { kind, namespace, name };
  return { key: `${processKind} ${name}`, name, ...(namespace === undefined ? {} : { namespace }), owner, settings: {} };
}

function loadBalancerWishes(
  objects: Snapshot,
  type: LoadBalancer["spec"]["type"],
  kind: ProcessKind,
): Omit<ProcessWish, "kind" | "order">[] {
  const loadBalancers = objects.list<LoadBalancer>("LoadBalancer").filter(({ spec }) => spec.type === type);
  return loadBalancers.map((loadBalancer) => ownedBy(loadBalancer, kind));
}

/** One pod of each ReplicaSet first, so that every target group has a target soon; then the others. */
function podWishes(objects: Snapshot, podAddresses: PodAddresses): Omit<ProcessWish, "kind" | "order">[] {
  const first: Omit<ProcessWish, "kind" | "order">[] = [];
  const others: Omit<ProcessWish, "kind" | "order">[] = [];
  const seen = new Set<string>();
  for (const pod of objects.list<Pod>("Pod")) {
    const uid = pod.metadata.uid ?? "";
    const podIP = podAddresses.get(uid);
    if (podIP === undefined) continue;
    const set = pod.metadata.ownerReferences?.find(({ controller }) => controller === true)?.uid ?? uid;
    const { namespace, name } = pod.metadata;
    // By uid: a pod that is re-created under its name is another process, while the first may still drain.
    const wish = { ...ownedBy(pod, "pod"), key: podKey(uid), settings: { pod, podIP } };
    (seen.has(set) ? others : first).push(namespace === undefined ? wish : { ...wish, namespace, name });
    seen.add(set);
  }
  return [...first, ...others];
}

export function podKey(uid: string): string {
  return `pod ${uid}`;
}

function withOrder(wish: Omit<ProcessWish, "order">, order: number): ProcessWish {
  return { ...wish, order };
}
