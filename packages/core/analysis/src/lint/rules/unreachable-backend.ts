import { isJsonObject } from "@loopway/kube";
import type { EndpointSlice, Service, ServicePort } from "@loopway/model";
import type { Found, LintRule } from "../rule.ts";
import type { Subject } from "../subject.ts";
import { usedServices } from "../used-services.ts";
import { selectWorkloads, type Workload } from "../workload.ts";

export const unreachableBackend: LintRule = {
  code: "unreachable-backend",
  severity: "error",
  summary: "the Service behind a backend has pods, but none that can take a request",
  *check(subject) {
    for (const { service } of usedServices(subject)) {
      const selected = selectWorkloads(subject.workloads, service);
      if (selected.length > 0) yield* problemsOf(service, selected, subject);
    }
  },
};

function* problemsOf(service: Service, selected: readonly Workload[], subject: Subject): Iterable<Found> {
  const scaledToNothing = selected.filter((workload) => workload.replicas === 0 && !isScaled(workload, subject));
  const [idle] = scaledToNothing;
  if (idle !== undefined && scaledToNothing.length === selected.length) {
    const message = `has no replicas, so that Service ${service.metadata.name} has no endpoints: the load balancer answers 503`;
    yield {
      object: idle.object,
      path: "/spec/replicas",
      message,
      related: [{ object: service, path: "/spec/selector", message: "selects its pods" }],
    };
    return;
  }
  const [unnamed] = (service.spec.ports ?? []).flatMap((port, index) => (isServed(port, selected) ? [] : [{ port, index }]));
  if (unnamed !== undefined) {
    const names = selected.flatMap(({ containers }) => containers).flatMap(({ ports }) => ports.flatMap(({ name }) => name ?? []));
    const offered = names.length === 0 ? "they name none" : `they name ${[...new Set(names)].join(", ")}`;
    const message = `no container of its pods has a port named ${unnamed.port.targetPort} (${offered}): the port has no endpoints, and the load balancer answers 503`;
    yield { object: service, path: `/spec/ports/${unnamed.index}/targetPort`, message };
    return;
  }
  const isRun = selected.every(({ object }) => ["Deployment", "ReplicaSet", "Pod"].includes(object.kind));
  if (isRun && !hasReadyEndpoint(service, subject) && selected.some(({ replicas }) => replicas !== 0)) {
    const message = "its pods are there, but none of them becomes a ready endpoint: the load balancer answers 503";
    yield {
      object: service,
      path: "/spec/selector",
      message,
      related: selected.map(({ object }) => ({ object, path: "", message: "its pods" })),
    };
  }
}

function isServed({ targetPort, protocol = "TCP" }: ServicePort, selected: readonly Workload[]): boolean {
  if (typeof targetPort !== "string" || targetPort === "") return true;
  return selected.some(({ containers }) =>
    containers.some(({ ports }) => ports.some((port) => port.name === targetPort && port.protocol === protocol)),
  );
}

/** Somebody else sets its replicas. */
function isScaled({ object }: Workload, { ignored }: Subject): boolean {
  return ignored.some(({ spec, kind, metadata }) => {
    const target = isJsonObject(spec) ? spec.scaleTargetRef : undefined;
    const isMeant =
      isJsonObject(target) && target.name === object.metadata.name && (metadata?.namespace ?? "default") === object.metadata.namespace;
    return isMeant && (kind === "HorizontalPodAutoscaler" || kind === "ScaledObject");
  });
}

function hasReadyEndpoint({ metadata }: Service, { snapshot }: Subject): boolean {
  const { namespace = "default", name } = metadata;
  const slices = snapshot.list<EndpointSlice>("EndpointSlice", {
    namespace,
    labels: { matchLabels: { "kubernetes.io/service-name": name } },
  });
  return slices.some(({ endpoints }) => endpoints.some(({ conditions }) => conditions?.ready !== false));
}
