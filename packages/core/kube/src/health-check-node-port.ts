import type { KubeObject, Service } from "@loopway/model";
import { isJsonObject } from "./json.ts";

/** Whether load balancers ask the nodes which of them have a pod. Kubernetes, pkg/api/service, NeedsHealthCheck. */
export function needsHealthCheckNodePort({ type, externalTrafficPolicy }: Partial<Service["spec"]>): boolean {
  return type === "LoadBalancer" && externalTrafficPolicy === "Local";
}

/**
 * An update as the API server validates it: without the healthCheckNodePort that the Service needed before, needs no longer, and that the
 * update leaves as it is. `next` is not validated yet. pkg/registry/core/service, dropTypeDependentFields.
 */
export function dropHealthCheckNodePort(next: KubeObject, current: KubeObject): KubeObject {
  if (next.kind !== "Service" || !isJsonObject(next.spec)) return next;
  const before = (current as Service).spec;
  const { healthCheckNodePort, ...rest } = next.spec;
  const isStale = needsHealthCheckNodePort(before) && !needsHealthCheckNodePort(rest) && healthCheckNodePort === before.healthCheckNodePort;
  return isStale ? { ...next, spec: rest } : next;
}
