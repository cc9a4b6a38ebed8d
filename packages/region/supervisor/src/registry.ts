// Which objects call for which processes. One row per kind, in the order a first request needs them; nothing else in the supervisor
// knows a product by its name.
import type { Snapshot } from "@loopway/kube";
import type { HostedZone, KubeObject, LoadBalancer, Node, Pod, ProcessKind } from "@loopway/model";
import type { ProcessWish } from "./wish.ts";

/** Of the pods that are to have a process: their addresses, by uid. */
export type PodAddresses = ReadonlyMap<string, string>;

interface Row {
  kind: ProcessKind;
  /** Kinds whose objects decide. */
  watches: readonly string[];
  wishes(objects: Snapshot, podAddresses: PodAddresses): Omit<ProcessWish, "kind" | "order">[];
}

const registry: readonly Row[] = [
  { kind: "control-plane", watches: [], wishes: () => [single("control-plane")] },
  { kind: "collector", watches: [], wishes: () => [single("collector")] },
  {
    kind: "route53",
    watches: ["HostedZone"],
    wishes: (objects) => (objects.list<HostedZone>("HostedZone").length > 0 ? [single("route53")] : []),
  },
  { kind: "client", watches: [], wishes: () => [single("client")] },
  {
    kind: "alb",
    watches: ["LoadBalancer"],
    wishes: (objects) =>
      objects
        .list<LoadBalancer>("LoadBalancer")
        .filter(({ spec }) => spec.type === "application")
        .map((loadBalancer) => ownedBy(loadBalancer, "alb")),
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
  { kind: "pod", watches: ["Pod"], wishes: podWishes },
];

/** Kinds of objects that the supervisor watches for its processes. */
export const watchedKinds: readonly string[] = registry.flatMap(({ watches }) => watches);

/** All processes that are to run, in the order in which to start them. Pure. */
export function desiredProcesses(objects: Snapshot, podAddresses: PodAddresses): ProcessWish[] {
  return registry.flatMap(({ kind, wishes }) => wishes(objects, podAddresses).map((wish) => ({ ...wish, kind }))).map(withOrder);
}

function single(name: string): Omit<ProcessWish, "kind" | "order"> {
  return { key: name, name, settings: {} };
}

function ownedBy({ kind, metadata: { name, namespace } }: KubeObject, processKind: ProcessKind): Omit<ProcessWish, "kind" | "order"> {
  const owner = { kind, namespace, name };
  return { key: `${processKind} ${name}`, name, ...(namespace === undefined ? {} : { namespace }), owner, settings: {} };
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
