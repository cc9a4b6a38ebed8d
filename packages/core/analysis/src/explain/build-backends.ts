// From a forward action to pods: target group → binding → Service port → EndpointSlices → pods, or why it ends before.
import { candidateTargets } from "@loopway/balancing";
import { AWS_NAMESPACE, findServicePort } from "@loopway/controllers";
import { perList, podPorts, type Snapshot } from "@loopway/kube";
import type { Action, Pod, Service, ServicePort, TargetGroup, TargetGroupBinding } from "@loopway/model";
import { endpointsOf, slicesOf } from "./endpoints-of.ts";
import type { Backend, PodEnd } from "./explanation.ts";
import { placeOf } from "./place-of.ts";
import { whyNoPod } from "./why-no-pod.ts";

const bindingsByTargetGroup = perList(
  (bindings: readonly TargetGroupBinding[]) =>
    new Map(bindings.map((binding) => [binding.spec.targetGroupName ?? binding.metadata.name, binding])),
);
const podsByAddress = perList((pods: readonly Pod[]) => new Map(pods.map((pod) => [pod.status?.podIP, pod])));

/** One per target group, with its share of the requests. */
export function buildBackends({ targetGroups }: NonNullable<Action["forwardConfig"]>, snapshot: Snapshot): Backend[] {
  const weights = targetGroups.map(({ weight }) => weight ?? 1);
  const total = targetGroups.length === 1 ? 1 : weights.reduce((sum, weight) => sum + weight, 0);
  return targetGroups.map(({ targetGroupRef }, index) => {
    const share = targetGroups.length === 1 ? 1 : total === 0 ? 0 : (weights[index] ?? 0) / total;
    return buildBackend(targetGroupRef.from.name, share, snapshot);
  });
}

function buildBackend(name: string, share: number, snapshot: Snapshot): Backend {
  const targetGroup = snapshot.get<TargetGroup>("TargetGroup", AWS_NAMESPACE, name);
  const binding = bindingsByTargetGroup(snapshot.list<TargetGroupBinding>("TargetGroupBinding")).get(name);
  const service = binding && snapshot.get<Service>("Service", binding.metadata.namespace, binding.spec.serviceRef.name);
  const servicePort = binding && service && findServicePort(service, binding.spec.serviceRef.port);
  const none = { targetGroup: name, share, endpointSlices: [], targets: [], pods: [] };
  if (targetGroup === undefined || binding === undefined || service === undefined || servicePort === undefined) {
    const reason =
      targetGroup === undefined ? `${name} is a target group that these manifests do not make` : `no Service is bound to ${name}`;
    return { ...none, failure: { reason } };
  }
  const { targetType, protocol, targets = [] } = targetGroup.spec;
  const descriptions = targetGroup.status?.targetHealthDescriptions ?? [];
  const common = {
    ...none,
    targetType,
    protocol,
    service: describeService(service, servicePort, targetType),
    endpointSlices: slicesOf(service, snapshot).map(({ metadata }) => metadata.name),
    targets: descriptions.map(({ target, targetHealth }) => ({ target: `${target.id}:${target.port}`, health: targetHealth.state })),
  };
  const { indices, failsOpen } = candidateTargets(descriptions.map(({ targetHealth }) => targetHealth.state));
  const endpoints = endpointsOf(service, servicePort, snapshot);
  if (indices.length === 0)
    return { ...common, failure: { status: 503, reason: whyNoTarget(targets.length, service, servicePort, snapshot) } };
  const pods = targetType === "ip" ? podsOfTargets(targetGroup, indices, snapshot) : endpoints.filter((end) => servesPort(end, snapshot));
  if (!failsOpen && pods.length > 0) return { ...common, pods };
  return { ...common, failure: { status: 502, reason: whyNoAnswer(endpoints, service, servicePort, snapshot) } };
}

function describeService(
  service: Service,
  { port, name, targetPort, nodePort }: ServicePort,
  targetType: string,
): NonNullable<Backend["service"]> {
  const index = service.spec.ports?.findIndex((other) => other.port === port && other.name === name) ?? 0;
  return {
    name: `${service.metadata.namespace ?? "default"}/${service.metadata.name}`,
    servicePort: port,
    ...(name === undefined ? {} : { portName: name }),
    targetPort: targetPort ?? port,
    ...(nodePort === undefined || targetType === "ip" ? {} : { nodePort }),
    place: placeOf(service, `/spec/ports/${index}`),
  };
}

function podsOfTargets({ status }: TargetGroup, indices: readonly number[], snapshot: Snapshot): PodEnd[] {
  const pods = podsByAddress(snapshot.list<Pod>("Pod"));
  return indices.flatMap((index) => {
    const target = status?.targetHealthDescriptions?.[index]?.target;
    const pod = target === undefined ? undefined : pods.get(target.id);
    return target === undefined || pod === undefined ? [] : [podEnd(pod, target.id, target.port)];
  });
}

function podEnd({ metadata, spec: { nodeName } }: Pod, address: string, targetPort: number): PodEnd {
  const { namespace = "default", name } = metadata;
  return { pod: `${namespace}/${name}`, address, targetPort, ...(nodeName === undefined ? {} : { node: nodeName }) };
}

function servesPort({ address, targetPort }: PodEnd, snapshot: Snapshot): boolean {
  const pod = podsByAddress(snapshot.list<Pod>("Pod")).get(address);
  return pod === undefined || podPorts(pod).some(({ port }) => port === targetPort);
}

function whyNoTarget(registered: number, service: Service, servicePort: ServicePort, snapshot: Snapshot): string {
  if (registered > 0) return "no registered target may be used";
  return `the target group is empty: ${whyNoPod(service, servicePort, snapshot)}`;
}

/** Targets there are, but none answers: the load balancer tries all the same, as it does where no target is healthy. */
function whyNoAnswer(endpoints: readonly PodEnd[], service: Service, servicePort: ServicePort, snapshot: Snapshot): string {
  const [first] = endpoints;
  return first === undefined ? `the connection is refused: ${whyNoPod(service, servicePort, snapshot)}` : refusedBy(first);
}

function refusedBy({ pod, targetPort }: PodEnd): string {
  return `the connection is refused: no container of ${pod} declares port ${targetPort}`;
}

/** What is behind a ClusterIP; `failure` where nobody is. */
export function buildServiceBackend(service: Service, servicePort: ServicePort, snapshot: Snapshot): Backend {
  const endpoints = endpointsOf(service, servicePort, snapshot);
  const pods = endpoints.filter((end) => servesPort(end, snapshot));
  const common = {
    share: 1,
    service: describeService(service, servicePort, "ip"),
    endpointSlices: slicesOf(service, snapshot).map(({ metadata }) => metadata.name),
    targets: [],
    pods,
  };
  return pods.length > 0 ? common : { ...common, failure: { reason: whyNoAnswer(endpoints, service, servicePort, snapshot) } };
}

/** What is at addresses that are dialled as they are. An endpoint may be somebody who is no pod; else nobody has the address who is none. */
export function buildAddressBackend(
  addresses: readonly string[],
  { port, isEndpoint, snapshot }: { port: number; isEndpoint: boolean; snapshot: Snapshot },
): Backend {
  const byAddress = podsByAddress(snapshot.list<Pod>("Pod"));
  const ends = addresses.flatMap((address): PodEnd[] => {
    const pod = byAddress.get(address);
    if (pod !== undefined) return [podEnd(pod, address, port)];
    return isEndpoint ? [{ pod: address, address, targetPort: port }] : [];
  });
  const pods = ends.filter((end) => servesPort(end, snapshot));
  const common = { share: 1, endpointSlices: [], targets: [], pods };
  if (pods.length > 0) return common;
  const [first] = ends;
  return { ...common, failure: { reason: first === undefined ? `no pod has the address ${addresses.join(", ")}` : refusedBy(first) } };
}
