/** The scheduler's filters: which nodes a pod may run on, and why not. Kubernetes, pkg/scheduler/framework/plugins. */
import type { Node, Pod, Taint } from "@loopway/model";
import { isNodeReady } from "../node-state.ts";
import { NOT_READY_TAINT, tolerates } from "../tolerations.ts";

export interface NodeSearch {
  feasible: Node[];
  /** "2 node(s) were unschedulable": reasons of the other nodes, in the scheduler's words and order. */
  refusals: string[];
}

/** `podsOnNode` counts the pods that hold a place on a node of that name. */
export function findNodes(pod: Pod, nodes: readonly Node[], podsOnNode: (name: string) => number): NodeSearch {
  const feasible: Node[] = [];
  const counts = new Map<string, number>();
  for (const node of nodes) {
    const reason = refusal(pod, node, podsOnNode(node.metadata.name));
    if (reason === undefined) feasible.push(node);
    else counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return { feasible, refusals: [...counts].map(([reason, count]) => `${count} ${reason}`).sort() };
}

function refusal(pod: Pod, node: Node, podCount: number): string | undefined {
  const { nodeSelector = {}, tolerations = [] } = pod.spec;
  if (node.spec?.unschedulable === true) return "node(s) were unschedulable";
  const taint = taintsOf(node).find((candidate) => !tolerations.some((toleration) => tolerates(toleration, candidate)));
  if (taint !== undefined) return `node(s) had untolerated taint {${taint.key}: ${taint.value ?? ""}}`;
  const labels = node.metadata.labels ?? {};
  if (Object.entries(nodeSelector).some(([key, value]) => labels[key] !== value))
    return "node(s) didn't match Pod's node affinity/selector";
  const capacity = node.status?.capacity?.pods;
  return capacity !== undefined && podCount >= Number(capacity) ? "Too many pods" : undefined;
}

/** The taints that keep pods away. A node that is not ready counts as tainted before its controller has got round to it. */
function taintsOf(node: Node): Taint[] {
  const taints = (node.spec?.taints ?? []).filter(({ effect }) => effect !== "PreferNoSchedule");
  return isNodeReady(node) ? taints : [...taints, { key: NOT_READY_TAINT, effect: "NoSchedule" }];
}
