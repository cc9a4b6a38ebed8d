// Which Services the controller takes (pkg/service/service_utils.go), and which it may not let go of.
import type { Service } from "@loopway/model";
import { parseBoolean } from "../annotation-value.ts";
import { readMap, readText, reportAnnotation } from "./annotations.ts";
import type { ServiceBuild } from "./service-build.ts";

export const SERVICE_FINALIZER = "service.k8s.aws/resources";

/** Its loadBalancerClass decides; without one, the annotations of the time before there were classes. */
export function isTaken(build: ServiceBuild): boolean {
  const { service, flags } = build;
  const { loadBalancerClass, type } = service.spec;
  if (service.metadata.deletionTimestamp !== undefined) return false;
  if (flags.gates.serviceTypeLoadBalancerOnly && type !== "LoadBalancer") return false;
  if (loadBalancerClass !== undefined) return loadBalancerClass === flags.loadBalancerClass;
  const loadBalancerType = readText(build, "aws-load-balancer-type");
  const targetType = readText(build, "aws-load-balancer-nlb-target-type");
  return loadBalancerType === "nlb-ip" || (loadBalancerType === "external" && (targetType === "ip" || targetType === "instance"));
}

/** A Service whose load balancer must not go yet says so itself. */
export function reportProtection(build: ServiceBuild): void {
  const { name } = build.service.metadata;
  if (!holdsFinalizer(build.service)) return;
  const suffix = "aws-load-balancer-attributes";
  const isProtected = parseBoolean(readMap(build, suffix)?.["deletion_protection.enabled"] ?? "false");
  if (isProtected === true) reportAnnotation(build, suffix, `deletion_protection is enabled, cannot delete the service: ${name}`);
}

function holdsFinalizer({ metadata }: Service): boolean {
  return metadata.finalizers?.includes(SERVICE_FINALIZER) === true;
}
