import { EXEC_ANNOTATION, EXEC_REFUSED } from "@loopway/kube";
import type { KubeEvent, Pod } from "@loopway/model";

/** The Event of a pod that names a command line while `up` was not told to run any. */
export function execRefused(pod: Pod, timestamp: string): KubeEvent {
  const { name, namespace = "default", uid = "" } = pod.metadata;
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: `${name}.${uid}`, namespace },
    type: "Warning",
    reason: EXEC_REFUSED,
    message: `${EXEC_ANNOTATION} names a command line, and this Loopway runs none; start it with loopway up --allow-exec`,
    involvedObject: { apiVersion: "v1", kind: "Pod", name, namespace, uid },
    source: { component: "kubelet" },
    reportingComponent: "kubelet",
    firstTimestamp: timestamp,
    lastTimestamp: timestamp,
    count: 1,
  };
}
