// Names of what a Service makes (pkg/service/model_build_load_balancer.go, model_build_target_group.go, model_build_managed_sg.go).
import type { Service } from "@loopway/model";
import { cut } from "../load-balancer/names.ts";
import { namespaceOf } from "../load-balancer/stack-build.ts";
import { sha256 } from "../sha256.ts";

export function networkLoadBalancerName(clusterName: string, service: Service, scheme: string): string {
  return nameOf(service, [clusterName, service.metadata.uid ?? "", scheme]);
}

export interface NetworkTargetGroupIdentity {
  clusterName: string;
  /** The Service that owns the load balancer, where the target group is another one's. */
  owner?: Service;
  service: Service;
  targetGroupPort: number;
  servicePort: number;
  targetType: string;
  protocol: string;
  healthCheckProtocol: string;
  healthCheckIntervalSeconds: number;
}

export function networkTargetGroupName(identity: NetworkTargetGroupIdentity): string {
  const { clusterName, owner, service, targetGroupPort, servicePort, targetType, protocol } = identity;
  const uids = [owner?.metadata.uid ?? "", service.metadata.uid ?? ""];
  const healthCheck = [identity.healthCheckProtocol, identity.healthCheckIntervalSeconds];
  return nameOf(service, [clusterName, ...uids, targetGroupPort, servicePort, targetType, protocol, ...healthCheck]);
}

export function managedSecurityGroupName(clusterName: string, service: Service): string {
  const { name, uid = "" } = service.metadata;
  return nameOf(service, [clusterName, name, namespaceOf(service), uid]);
}

function nameOf(service: Service, hashed: readonly (string | number)[]): string {
  return `k8s-${cut(namespaceOf(service), 8)}-${cut(service.metadata.name, 8)}-${sha256(hashed.join("")).slice(0, 10)}`;
}
