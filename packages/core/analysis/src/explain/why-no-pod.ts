/** Why a Service has nobody to send to: the first reason that a person could mend. */
import { matchesSelector, probePort, type Snapshot } from "@loopway/kube";
import { type Deployment, objectKey, type Pod, type Service, type ServicePort } from "@loopway/model";

export function whyNoPod(service: Service, servicePort: ServicePort, snapshot: Snapshot): string {
  const { spec, metadata } = service;
  const { namespace = "default" } = metadata;
  if (spec.type === "ExternalName")
    return `Service ${objectKey(service)} is an ExternalName: it has no pods, and a target group cannot hold a name`;
  const selector = spec.selector ?? {};
  if (Object.keys(selector).length === 0)
    return `Service ${objectKey(service)} has no selector; endpoints written by hand are no pods and are not registered`;
  const pods = snapshot.list<Pod>("Pod", { namespace, labels: { matchLabels: selector } });
  if (pods.length === 0)
    return `the selector ${format(selector)} of Service ${objectKey(service)} matches no pod${whyNone(selector, namespace, snapshot)}`;
  const unready = pods.find((pod) => !isReady(pod));
  if (pods.every((pod) => !isReady(pod)) && unready !== undefined) return `pod ${objectKey(unready)} is not ready: ${whyUnready(unready)}`;
  const { targetPort } = servicePort;
  const named = pods[0]?.spec.containers.flatMap(({ ports = [] }) => ports.flatMap(({ name }) => name ?? [])) ?? [];
  if (typeof targetPort === "string")
    return `no container has a port named ${targetPort}${named.length === 0 ? "" : ` (there are ${named.join(", ")})`}`;
  return `no container declares port ${targetPort ?? servicePort.port}`;
}

function isReady({ status }: Pod): boolean {
  return status?.conditions?.some(({ type, status: value }) => type === "Ready" && value === "True") === true;
}

function whyUnready({ spec, status }: Pod): string {
  if (status?.podIP === undefined) return "it is not scheduled";
  for (const { name, ports = [], ...probes } of spec.containers) {
    for (const kind of ["startupProbe", "readinessProbe"] as const) {
      const port = probes[kind]?.httpGet?.port ?? probes[kind]?.tcpSocket?.port;
      if (port !== undefined && probePort(port, ports) === undefined)
        return `the ${kind} of container ${name} asks port ${port}, which the container does not have`;
    }
  }
  return status.conditions?.find(({ type }) => type === "Ready")?.message ?? "its readiness does not hold";
}

function whyNone(selector: Record<string, string>, namespace: string, snapshot: Snapshot): string {
  const workload = snapshot
    .list<Deployment>("Deployment", { namespace })
    .find(({ spec }) => matchesSelector({ matchLabels: selector }, spec.template.metadata?.labels));
  return workload?.spec.replicas === 0 ? `; Deployment ${objectKey(workload)} has 0 replicas` : nearest(selector, namespace, snapshot);
}

/** The labels that come closest: in the same namespace the most pairs in common, else the same labels in another namespace. */
function nearest(selector: Record<string, string>, namespace: string, snapshot: Snapshot): string {
  const elsewhere = snapshot.list<Pod>("Pod").find(({ metadata }) => matchesSelector({ matchLabels: selector }, metadata.labels));
  if (elsewhere !== undefined) return `; pods with these labels are in namespace ${elsewhere.metadata.namespace}`;
  const ranked = snapshot
    .list<Pod>("Pod", { namespace })
    .map(({ metadata: { labels = {} } }) => ({ labels, score: similarity(selector, labels) }))
    .sort((left, right) => right.score - left.score);
  const [best] = ranked;
  if (best === undefined) return `; namespace ${namespace} has no pods`;
  const { "pod-template-hash": _, ...labels } = best.labels;
  return best.score > 0 ? `; the nearest has ${format(labels)}` : "";
}

/** Pairs in common count most, then keys in common, then values that differ little. */
function similarity(selector: Record<string, string>, labels: Record<string, string>): number {
  return Object.entries(selector).reduce((sum, [key, value]) => {
    if (labels[key] === value) return sum + 100;
    if (labels[key] !== undefined) return sum + 10 + commonStart(labels[key], value);
    return sum + (Object.values(labels).includes(value) ? 5 : 0);
  }, 0);
}

function commonStart(left: string, right: string): number {
  let length = 0;
  while (length < left.length && left[length] === right[length]) length++;
  return Math.min(length, 9);
}

function format(labels: Record<string, string>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
}
