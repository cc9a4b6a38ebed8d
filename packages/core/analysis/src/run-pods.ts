/** What a kubelet would report of its pods if every container ran and answered. */
import { assignPodAddresses, buildPodStatus, type Controller, formatTimestamp, probePort, type Snapshot } from "@loopway/kube";
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
  const timestamp = formatTimestamp(now);
  return snapshot.list<Pod>("Pod").flatMap((pod) => {
    const podIP = addresses.get(pod.metadata.uid ?? "");
    if (podIP === undefined || pod.status?.podIP !== undefined) return [];
    const observation = {
      podIP,
      hostIP: internalIP(snapshot.get<Node>("Node", undefined, pod.spec.nodeName ?? "")),
      startTime: timestamp,
      state: { kind: "running", startedAt: timestamp } as const,
      restartCount: 0,
      readyContainers: new Set(pod.spec.containers.filter(isAnswering).map(({ name }) => name)),
    };
    return [{ ...pod, status: buildPodStatus(withOpenGates(pod), observation, { before: undefined, now: timestamp }) }];
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
