// pkg/service/model_build_target_group.go.
import { apiVersionOf, formatPointer, kindNamed, type Service, type ServicePort, type TargetGroup } from "@loopway/model";
import { AWS_NAMESPACE } from "../load-balancer/names.ts";
import { noPortText } from "../load-balancer/node-port.ts";
import { namespaceOf } from "../load-balancer/stack-build.ts";
import { readTags, readText, reportAnnotation } from "./annotations.ts";
import { buildBinding } from "./build-binding.ts";
import { buildHealthCheck, type HealthCheck } from "./health-check.ts";
import type { Protocol } from "./listener-ports.ts";
import { networkTargetGroupName } from "./names.ts";
import { type Frontend, originAnnotation, portPointer, report, type ServiceBuild, tagsOf } from "./service-build.ts";
import { buildTargetGroupAttributes } from "./target-group-attributes.ts";

type TargetType = TargetGroup["spec"]["targetType"];
const TARGET_TYPE = "aws-load-balancer-nlb-target-type";

/** A port behind the load balancer. `service` may be another one than the owner of the load balancer. */
export interface NetworkBackend {
  service: Service;
  servicePort: ServicePort;
  protocol: Protocol;
}

/** The name of the target group, built at its first use. Undefined after a problem. */
export function buildTargetGroup(build: ServiceBuild, frontend: Frontend, backend: NetworkBackend): string | undefined {
  const { service, servicePort } = backend;
  const resourceId = `${namespaceOf(service)}/${service.metadata.name}:${servicePort.port}`;
  if (!build.targetGroups.has(resourceId)) {
    const targetGroup = buildNew(build, frontend, { ...backend, resourceId });
    build.targetGroups.set(resourceId, targetGroup && { targetGroup, binding: buildBinding(build, frontend, { ...backend, targetGroup }) });
  }
  return build.targetGroups.get(resourceId)?.targetGroup.metadata.name;
}

function buildNew(build: ServiceBuild, frontend: Frontend, backend: NetworkBackend & { resourceId: string }): TargetGroup | undefined {
  const { service, servicePort, protocol, resourceId } = backend;
  const pointer = portPointer(build, servicePort);
  const targetType = buildTargetType(build, backend);
  if (targetType === undefined) return undefined;
  const healthCheck = buildHealthCheck(build, service, targetType);
  const attributes = buildTargetGroupAttributes(build, servicePort.port);
  const tags = readTags(build);
  const port = targetType === "instance" ? (servicePort.nodePort ?? 0) : numericTargetPort(servicePort);
  if (port === 0) {
    report(build, pointer, noPortText(targetType));
    return undefined;
  }
  const name = nameOf(build, backend, { port, targetType, healthCheck });
  return {
    apiVersion: apiVersionOf(kindNamed("TargetGroup")),
    kind: "TargetGroup",
    metadata: { name, namespace: AWS_NAMESPACE, annotations: originAnnotation(build, pointer) },
    spec: {
      name,
      targetType,
      ipAddressType: buildIpAddressType(build, frontend, service),
      protocol,
      port,
      ...healthCheck,
      attributes,
      tags: tagsOf(build, resourceId, tags),
    },
  };
}

function nameOf(
  { service: owner, flags }: ServiceBuild,
  { service, servicePort, protocol }: NetworkBackend,
  { port, targetType, healthCheck }: { port: number; targetType: TargetType; healthCheck: HealthCheck },
): string {
  return networkTargetGroupName({
    clusterName: flags.clusterName,
    ...(owner === service ? {} : { owner }),
    service,
    targetGroupPort: port,
    servicePort: servicePort.port,
    targetType,
    protocol,
    healthCheckProtocol: healthCheck.healthCheckProtocol,
    healthCheckIntervalSeconds: healthCheck.healthCheckIntervalSeconds,
  });
}

/** 1 where the targetPort has a name: every target carries its own port, and different pods may differ. */
function numericTargetPort({ targetPort, port }: ServicePort): number {
  return typeof targetPort === "string" ? 1 : (targetPort ?? port);
}

/** Whatever is not ip counts as instance, as in the controller. */
function buildTargetType(build: ServiceBuild, { service, servicePort }: NetworkBackend): TargetType | undefined {
  const targetType = readText(build, TARGET_TYPE) ?? build.flags.defaultTargetType;
  const { enableIpTargetType } = build.flags.gates;
  if (targetType === "ip" && !enableIpTargetType) {
    reportAnnotation(build, TARGET_TYPE, `unsupported targetType: ip when EnableIPTargetType is ${enableIpTargetType}`);
    return undefined;
  }
  if (targetType === "ip" || readText(build, "aws-load-balancer-type") === "nlb-ip") return "ip";
  const { type = "ClusterIP", allocateLoadBalancerNodePorts } = service.spec;
  if (type === "ClusterIP") {
    report(build, formatPointer("spec", "type"), `unsupported service type "${type}" for load balancer target type "${targetType}"`);
    return undefined;
  }
  if (servicePort.nodePort === undefined && allocateLoadBalancerNodePorts === false) {
    const pointer = formatPointer("spec", "allocateLoadBalancerNodePorts");
    report(build, pointer, "unable to support instance target type with an unallocated NodePort");
    return undefined;
  }
  return "instance";
}

function buildIpAddressType(build: ServiceBuild, frontend: Frontend, { spec }: Service): "ipv4" | "ipv6" {
  if (spec.ipFamilies?.includes("IPv6") !== true) return "ipv4";
  if (frontend.ipAddressType !== "dualstack")
    report(build, formatPointer("spec", "ipFamilies"), "unsupported IPv6 configuration, lb not dual-stack");
  return "ipv6";
}
