import type { Service, ServicePort } from "@loopway/model";

/** Kubernetes, core/v1 DefaultClientIPServiceAffinitySeconds: 3 hours. */
const AFFINITY_S = 10_800;

/** Fields that Loopway fills in without otherwise reading them. */
export type ServiceSpec = Service["spec"] & { ipFamilies?: string[]; ipFamilyPolicy?: string };

/** The spec with the API server's defaults; addresses and nodePorts are not allocated here. Kubernetes, pkg/apis/core/v1/defaults.go. */
export function withDefaults(spec: ServiceSpec): ServiceSpec {
  const { type = "ClusterIP" } = spec;
  const common: ServiceSpec = {
    ...spec,
    type,
    sessionAffinity: spec.sessionAffinity ?? "None",
    ...(spec.sessionAffinity === "ClientIP"
      ? { sessionAffinityConfig: { clientIP: { timeoutSeconds: spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? AFFINITY_S } } }
      : {}),
    ...(spec.ports === undefined ? {} : { ports: spec.ports.map(portWithDefaults) }),
  };
  // A CNAME: no virtual address. One left over from another type stays, as `clusterIP` may not change once set.
  if (type === "ExternalName") return common;
  return {
    ...common,
    internalTrafficPolicy: spec.internalTrafficPolicy ?? "Cluster",
    ipFamilies: spec.ipFamilies ?? ["IPv4"],
    ipFamilyPolicy: spec.ipFamilyPolicy ?? "SingleStack",
    ...(type === "ClusterIP" ? {} : { externalTrafficPolicy: spec.externalTrafficPolicy ?? "Cluster" }),
    ...(type === "LoadBalancer" ? { allocateLoadBalancerNodePorts: spec.allocateLoadBalancerNodePorts ?? true } : {}),
  };
}

function portWithDefaults(port: ServicePort): ServicePort {
  // 0 and "" are how an absent IntOrString arrives from some clients.
  return { ...port, protocol: port.protocol ?? "TCP", targetPort: port.targetPort || port.port };
}
