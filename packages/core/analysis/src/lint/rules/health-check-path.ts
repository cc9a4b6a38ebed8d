import type { Found, LintRule } from "../rule.ts";
import { type TargetGroupService, targetGroupServices } from "../target-group-services.ts";
import type { WorkloadContainer } from "../workload.ts";

export const healthCheckPath: LintRule = {
  code: "health-check-path",
  severity: "info",
  summary: "health checks ask for / although the pods' own probes ask for another path",
  *check(subject) {
    const told = new Set<string>();
    for (const group of targetGroupServices(subject)) {
      const found = problemOf(group);
      const key = `${group.service.metadata.namespace}/${group.service.metadata.name}`;
      if (found === undefined || told.has(key)) continue;
      told.add(key);
      yield found;
    }
  },
};

function problemOf({ view, service, servicePort, workloads }: TargetGroupService): Found | undefined {
  const { healthCheckPath: path, healthCheckPort = "traffic-port", protocolVersion } = view.targetGroup.spec;
  if (path !== "/" || healthCheckPort !== "traffic-port" || protocolVersion === "GRPC") return undefined;
  const { port, targetPort = port } = servicePort;
  for (const workload of workloads) {
    for (const container of workload.containers) {
      const probed = container.readiness;
      if (probed === undefined || probed.path === "/" || !isSamePort(container, probed.port, targetPort)) continue;
      return {
        object: view.object,
        path: view.path,
        message: `health checks of Service ${service.metadata.name} ask for / and want 200; the readiness probe of container ${container.name} asks for ${probed.path}`,
        suggestion: `write healthcheck-path: ${probed.path}, if / does not answer 200 (a redirect, 401 or 404 counts as unhealthy)`,
        related: [{ object: workload.object, path: `${container.path}/readinessProbe`, message: "its readiness probe" }],
      };
    }
  }
  return undefined;
}

function isSamePort({ ports }: WorkloadContainer, left: number | string, right: number | string): boolean {
  const numberOf = (port: number | string) => (typeof port === "number" ? port : ports.find(({ name }) => name === port)?.containerPort);
  return numberOf(left) !== undefined && numberOf(left) === numberOf(right);
}
