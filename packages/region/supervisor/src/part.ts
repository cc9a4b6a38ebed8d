import { ObjectCache, type Snapshot } from "@loopway/kube";
import type { KubeObject, Node, Pod, ProcessKind } from "@loopway/model";
import type { ProcessWish } from "./wish.ts";

/**
 * What one of several supervisors of an instance runs: the processes of one kind, or one of them by name; or a node's kube-proxy and pods.
 * They share a state directory. The one that runs the control plane owns it.
 */
export type Part = { hop: ProcessKind; name?: string } | { node: string };

/** As in names of files: "alb", "kube-proxy-services", "node-ip-127-10-1-10.ec2.internal". */
export function partName(part: Part): string {
  if ("node" in part) return `node-${part.node}`;
  return part.name === undefined ? part.hop : `${part.hop}-${part.name}`;
}

/** Whether this supervisor owns the state directory: it runs everything, or the control plane. */
export function ownsState(part: Part | undefined): boolean {
  return part === undefined || ("hop" in part && part.hop === "control-plane");
}

export function runsProcess(part: Part | undefined, { kind, name }: Pick<ProcessWish, "kind" | "name">): boolean {
  if (part === undefined) return true;
  if ("node" in part) return kind === "pod" || (kind === "kube-proxy" && name === part.node);
  return kind === part.hop && (part.name === undefined || name === part.name);
}

/** The nodes, and the pods bound to them, whose kubelet this supervisor is: all, one, or none. */
export function kubeletObjects(part: Part | undefined, objects: Snapshot): Snapshot {
  if (part === undefined) return objects;
  const own = new ObjectCache();
  if (!("node" in part)) return own;
  const isOwn = ({ metadata }: Node) => metadata.name === part.node;
  const isBound = ({ spec }: Pod) => spec.nodeName === part.node;
  const kept: KubeObject[] = [...objects.list<Node>("Node").filter(isOwn), ...objects.list<Pod>("Pod").filter(isBound)];
  for (const object of kept) own.put(object);
  return own;
}
