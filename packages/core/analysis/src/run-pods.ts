/** What a kubelet would report of its pods if every container ran and answered. */
import { assignPodAddresses, buildPodStatus, type Controller, probePort, type Snapshot, servingLife } from "@loopway/kube";
import { type Container, internalIP, type Node, type Pod } from "@loopway/model";

/** All pods at once: each of them would be a change for its owners otherwise. One key. */
export const kubelet: Controller = {
  name: "kubelet",
  watches: [{ kind: "Pod", keysOf: (object) => (object !== undefined && isBound(object as Pod) ? ["pods"] : []) }],
  reconcile: ({ snapshot, now }) => ({ changes: runPods(snapshot, now).map((object) => ({ op: "updateStatus", object })) }),
};

function isBound({ spec, status }: Pod): boolean {
  return (spec.nodeName ?? "") !== "" && status?.podIP === undefined;
}

/** Pods that got a node and have no address yet, with their status. */
function runPods(snapshot: Snapshot, now: number): Pod[] {
  const addresses = assignPodAddresses(snapshot, new Map(), { room: "vpc" });
  return snapshot.list<Pod>("Pod").flatMap((pod) => {
    const podIP = addresses.get(pod.metadata.uid ?? "");
    if (podIP === undefined || pod.status?.podIP !== undefined) return [];
    const place = { podIP, hostIP: internalIP(snapshot.get<Node>("Node", undefined, pod.spec.nodeName ?? "")) };
    const life = servingLife(pod, new Set(pod.spec.containers.filter(isAnswering).map(({ name }) => name)), now);
    return [{ ...pod, status: buildPodStatus(withOpenGates(pod), life, { place, before: undefined, now }) }];
  });
}

/** A probe that names a port which the container does not have can never succeed. */
function isAnswering({ startupProbe, readinessProbe, ports = [] }: Container): boolean {
  return [startupProbe, readinessProbe].every((probe) => {
    const port = probe?.httpGet?.port ?? probe?.tcpSocket?.port;
    return port === undefined || probePort(port, ports) !== undefined;
  });
}

/** Readiness gates are opened by controllers of others, here at once: a load balancer opens its own when the target is healthy. */
function withOpenGates(pod: Pod): Pod {
  const open = (pod.spec.readinessGates ?? []).map(({ conditionType }) => ({ type: conditionType, status: "True" as const }));
  return open.length === 0 ? pod : { ...pod, status: { ...pod.status, conditions: [...(pod.status?.conditions ?? []), ...open] } };
}
