/** What the load balancers' health checks would find if every pod answered on the ports that it declares. */
import { candidateEndpoints } from "@loopway/balancing";
import { podPorts, type Snapshot } from "@loopway/kube";
import type {
  Action,
  EndpointSlice,
  Listener,
  Pod,
  Rule,
  Service,
  Target,
  TargetGroup,
  TargetGroupBinding,
  TargetHealthDescription,
} from "@loopway/model";

/** Target groups with the health of their targets; `used` are those that some rule forwards to, others are not checked. */
export function checkTargets(snapshot: Snapshot, used: ReadonlySet<string>): TargetGroup[] {
  const podsByAddress = new Map(snapshot.list<Pod>("Pod").map((pod) => [pod.status?.podIP, pod]));
  const serviceOf = servicesByTargetGroup(snapshot);
  return snapshot.list<TargetGroup>("TargetGroup").map((targetGroup) => {
    const { name } = targetGroup.metadata;
    const isAnswered = ({ id, port }: Target) => {
      if (targetGroup.spec.targetType === "instance") return hasEndpoints(serviceOf.get(name), snapshot);
      const pod = podsByAddress.get(id);
      return pod !== undefined && [port, checkedPort(targetGroup, port)].every((wanted) => servesPort(pod, wanted));
    };
    const targets = targetGroup.spec.targets ?? [];
    const targetHealthDescriptions = targets.map((target) => describe(target, used.has(name) ? isAnswered(target) : undefined));
    return { ...targetGroup, status: { ...targetGroup.status, targetHealthDescriptions } };
  });
}

/** Also those behind a login, which no hop serves yet. */
export function usedTargetGroups(snapshot: Snapshot): Set<string> {
  const used = new Set<string>();
  const use = (actions: readonly Action[]) => {
    for (const { forwardConfig } of actions)
      for (const { targetGroupRef } of forwardConfig?.targetGroups ?? []) used.add(targetGroupRef.from.name);
  };
  for (const { spec } of snapshot.list<Rule>("Rule")) use(spec.actions);
  for (const { spec } of snapshot.list<Listener>("Listener")) use(spec.defaultActions);
  return used;
}

function checkedPort({ spec }: TargetGroup, trafficPort: number): number {
  const port = Number(spec.healthCheckPort);
  return Number.isInteger(port) && port > 0 ? port : trafficPort;
}

function servesPort(pod: Pod, wanted: number): boolean {
  return podPorts(pod).some(({ port }) => port === wanted);
}

function hasEndpoints(service: Service | undefined, snapshot: Snapshot): boolean {
  if (service === undefined) return false;
  const { namespace = "default", name } = service.metadata;
  const slices = snapshot.list<EndpointSlice>("EndpointSlice", {
    namespace,
    labels: { matchLabels: { "kubernetes.io/service-name": name } },
  });
  return candidateEndpoints(slices.flatMap(({ endpoints }) => endpoints)).length > 0;
}

function servicesByTargetGroup(snapshot: Snapshot): Map<string, Service> {
  const services = new Map<string, Service>();
  for (const { metadata, spec } of snapshot.list<TargetGroupBinding>("TargetGroupBinding")) {
    const service = snapshot.get<Service>("Service", metadata.namespace, spec.serviceRef.name);
    if (service !== undefined) services.set(metadata.name, service);
  }
  return services;
}

/** AWS's words: DescribeTargetHealth. */
function describe(target: Target, isAnswered: boolean | undefined): TargetHealthDescription {
  if (isAnswered === true) return { target, targetHealth: { state: "healthy" } };
  if (isAnswered === false) {
    return { target, targetHealth: { state: "unhealthy", reason: "Target.FailedHealthChecks", description: "Health checks failed" } };
  }
  const description = "Target group is not configured to receive traffic from the load balancer";
  return { target, targetHealth: { state: "unused", reason: "Target.NotInUse", description } };
}
