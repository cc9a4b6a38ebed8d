import { readText } from "@loopway/controllers";
import type { Ingress, Service, ServicePort } from "@loopway/model";
import { annotationPath } from "../annotation-path.ts";
import type { Found, LintRule } from "../rule.ts";
import { type TargetGroupService, targetGroupServices } from "../target-group-services.ts";

export const healthCheckPort: LintRule = {
  code: "health-check-port",
  severity: "warning",
  summary: "the health check, or the traffic, goes to a port that no container declares",
  *check(subject) {
    const told = new Set<string>();
    for (const group of targetGroupServices(subject)) {
      const found = problemOf(group, subject.snapshot.list<Service>("Service"));
      const key =
        found === undefined
          ? ""
          : `${found.object.kind} ${found.object.metadata.namespace}/${found.object.metadata.name} ${found.path} ${found.message}`;
      if (found === undefined || told.has(key)) continue;
      told.add(key);
      yield found;
    }
  },
};

/** A container may listen on more than it declares, but one that declares ports declares those that others are to use. */
function problemOf({ view, service, servicePort, workloads }: TargetGroupService, services: readonly Service[]): Found | undefined {
  const declared = workloads.flatMap(({ containers }) =>
    containers.flatMap(({ ports }) => ports.map(({ containerPort }) => containerPort)),
  );
  if (declared.length === 0) return undefined;
  const { healthCheckPort: port = "traffic-port", targetType } = view.targetGroup.spec;
  const offered = [...new Set(declared)].join(", ");
  if (/^\d+$/.test(port)) {
    const number = Number(port);
    const spot = annotatedSpot(service, view.object);
    if (targetType === "ip" && !declared.includes(number))
      return {
        ...spot,
        message: `health checks ask port ${port} of the pods of Service ${service.metadata.name}, whose containers declare ${offered}: no target becomes healthy`,
      };
    if (
      targetType === "instance" &&
      declared.includes(number) &&
      !services.some(({ spec }) => (spec.ports ?? []).some(({ nodePort }) => nodePort === number))
    )
      return {
        ...spot,
        message: `health checks of instance targets ask the node: ${port} is a port of the container, and no nodePort`,
        suggestion: "leave healthcheck-port out (traffic-port), or name the Service's port",
      };
    return undefined;
  }
  return targetPortProblem(service, servicePort, { declared, offered });
}

function targetPortProblem(
  service: Service,
  { port, targetPort = port, name }: ServicePort,
  { declared, offered }: { declared: readonly number[]; offered: string },
): Found | undefined {
  if (typeof targetPort !== "number" || declared.includes(targetPort)) return undefined;
  const index = (service.spec.ports ?? []).findIndex((each) => each.port === port && each.name === name);
  return {
    object: service,
    path: `/spec/ports/${index}`,
    message: `goes to port ${targetPort} of the pods, whose containers declare ${offered}: if nothing listens there, no target becomes healthy and requests end in 502`,
  };
}

function annotatedSpot(service: Service, ingress: Ingress): { object: Service | Ingress; path: string } {
  const isOnService = readText("healthcheck-port", [service.metadata.annotations]) !== undefined;
  return { object: isOnService ? service : ingress, path: annotationPath("healthcheck-port") };
}
