// Annotations of the target-group family (on the Service, which wins, or the Ingress): target-type, backend-protocol(-version),
// target-group-attributes, target-node-labels, multi-cluster-target-group, tags; and of the Ingress alone, target-control-port. Source:
// pkg/ingress/model_build_target_group.go.
import {
  apiVersionOf,
  kindNamed,
  type Service,
  type ServicePort,
  splitKey,
  type TargetGroup,
  type TargetGroupBinding,
} from "@loopway/model";
import { type AnnotationSources, readBoolean, readInteger, readMap, readText } from "./annotations.ts";
import { buildHealthCheck } from "./health-check.ts";
import { classParamsOf } from "./ingress-class.ts";
import { isDualStack, readIpAddressType } from "./ip-address-type.ts";
import { toKeyValues, unlessEmpty } from "./key-values.ts";
import { AWS_NAMESPACE, targetGroupArn, targetGroupName } from "./names.ts";
import { lookUpServicePort, nodePortOf, noPortText } from "./node-port.ts";
import { namespaceOf, originAnnotation, type Place, reportTo, type StackBuild } from "./stack-build.ts";
import { buildTargetGroupTags, trackingTags } from "./tags.ts";

type Spec = TargetGroup["spec"];
type TargetKind = Required<Pick<Spec, "targetType" | "protocol" | "protocolVersion">>;

/** A Service's port as a backend names it, in the namespace of the Ingress. */
export interface ServiceBackend {
  service: Service;
  port: number | string;
}

/** The name of the target group, built at its first use. Undefined after a problem. */
export function buildTargetGroup(build: StackBuild, place: Place, backend: ServiceBackend): string | undefined {
  const { service, port } = backend;
  const resourceId = `${namespaceOf(place.ingress)}/${place.ingress.metadata.name}-${service.metadata.name}:${port}`;
  if (!build.targetGroups.has(resourceId)) {
    const targetGroup = buildNewTargetGroup(build, place, { ...backend, resourceId });
    build.targetGroups.set(resourceId, targetGroup && { targetGroup, binding: buildBinding(build, place, { ...backend, targetGroup }) });
  }
  return build.targetGroups.get(resourceId)?.targetGroup.metadata.name;
}

function buildNewTargetGroup(
  build: StackBuild,
  place: Place,
  { service, port, resourceId }: ServiceBackend & { resourceId: string },
): TargetGroup | undefined {
  const reportProblem = reportTo(build, place);
  const sources = [service.metadata.annotations, place.ingress.metadata.annotations];
  const target = buildTargetKind(build, place, sources);
  if (target === undefined) return undefined;
  const healthCheck = buildHealthCheck({ service, sources, target }, reportProblem);
  const attributes = toKeyValues(readMap("target-group-attributes", sources, reportProblem) ?? {});
  const tags = buildTargetGroupTags(build, place, service);
  const servicePort = lookUpServicePort(service, port, reportProblem);
  if (servicePort === undefined) return undefined;
  const isIpv6 = service.spec.ipFamilies?.includes("IPv6") === true;
  if (isIpv6 && !isDualStack(readIpAddressType(build).value)) {
    reportProblem("unsupported IPv6 configuration, lb not dual-stack");
    return undefined;
  }
  const targetGroupPort =
    target.targetType === "instance" ? (nodePortOf(build, place, { service, servicePort }) ?? 0) : numericTargetPort(servicePort);
  if (targetGroupPort === 0) {
    reportProblem(noPortText(target.targetType));
    return undefined;
  }
  const controlPort = readControlPort(build, place, `${service.metadata.name}.${port}`);
  const name = targetGroupName({
    clusterName: build.flags.clusterName,
    groupId: build.groupId,
    ingress: { namespace: namespaceOf(place.ingress), name: place.ingress.metadata.name },
    service: { namespace: namespaceOf(service), name: service.metadata.name, uid: service.metadata.uid ?? "" },
    servicePort: String(port),
    targetGroupPort,
    ...target,
    ...controlPort,
  });
  return {
    apiVersion: apiVersionOf(kindNamed("TargetGroup")),
    kind: "TargetGroup",
    metadata: { name, namespace: AWS_NAMESPACE, annotations: originAnnotation(place) },
    spec: {
      name,
      ...target,
      ...(isIpv6 ? { ipAddressType: "ipv6" } : {}),
      port: targetGroupPort,
      ...controlPort,
      ...healthCheck,
      ...unlessEmpty("attributes", attributes),
      tags: trackingTags(build, resourceId, tags),
    },
  };
}

/** target-control-port.<service>.<port as the backend writes it>. */
function readControlPort(build: StackBuild, place: Place, backend: string): Pick<Spec, "targetControlPort"> {
  if (!build.flags.enableTargetControlAgent) return {};
  const targetControlPort = readInteger(`target-control-port.${backend}`, [place.ingress.metadata.annotations], reportTo(build, place));
  return targetControlPort === undefined ? {} : { targetControlPort };
}

/** 1 where the targetPort has a name: every target carries its own port, and different pods may differ. */
function numericTargetPort({ targetPort, port }: ServicePort): number {
  return typeof targetPort === "string" ? 1 : (targetPort ?? port);
}

function buildTargetKind(build: StackBuild, place: Place, sources: AnnotationSources): TargetKind | undefined {
  const { flags, snapshot } = build;
  const report = reportTo(build, place);
  const targetType = classParamsOf(place.ingress, snapshot).targetType ?? readText("target-type", sources) ?? flags.defaultTargetType;
  if (targetType !== "instance" && targetType !== "ip") {
    report(`unknown targetType: ${targetType}`);
    return undefined;
  }
  if (targetType === "ip" && !flags.enableIpTargetType) {
    report("unsupported targetType: ip when EnableIPTargetType is false");
    return undefined;
  }
  const protocol = readText("backend-protocol", sources) ?? "HTTP";
  if (protocol !== "HTTP" && protocol !== "HTTPS") {
    report(`backend protocol must be within [HTTP, HTTPS]: ${protocol}`);
    return undefined;
  }
  const protocolVersion = readText("backend-protocol-version", sources) ?? "HTTP1";
  if (protocolVersion !== "HTTP1" && protocolVersion !== "HTTP2" && protocolVersion !== "GRPC") {
    report(`backend protocol version must be within [HTTP1, HTTP2, GRPC]: ${protocolVersion}`);
    return undefined;
  }
  return { targetType, protocol, protocolVersion };
}

/** In the Service's namespace, named like the target group. `serviceRef.port` is the Service's port, as written. */
function buildBinding(
  build: StackBuild,
  place: Place,
  { targetGroup: { metadata, spec }, service, port }: ServiceBackend & { targetGroup: TargetGroup },
): TargetGroupBinding {
  const sources = [service.metadata.annotations, place.ingress.metadata.annotations];
  const nodeLabels = spec.targetType === "instance" ? readMap("target-node-labels", sources, reportTo(build, place)) : undefined;
  const isMultiCluster = readBoolean("multi-cluster-target-group", sources, reportTo(build, place)) === true;
  return {
    apiVersion: apiVersionOf(kindNamed("TargetGroupBinding")),
    kind: "TargetGroupBinding",
    metadata: {
      name: spec.name,
      namespace: namespaceOf(service),
      labels: stackLabels(build.groupId),
      ...(metadata.annotations === undefined ? {} : { annotations: metadata.annotations }),
    },
    spec: {
      targetGroupARN: targetGroupArn(spec.name),
      targetType: spec.targetType === "ip" ? "ip" : "instance",
      serviceRef: { name: service.metadata.name, port },
      ...(spec.ipAddressType === undefined ? {} : { ipAddressType: spec.ipAddressType }),
      ...(nodeLabels === undefined || Object.keys(nodeLabels).length === 0 ? {} : { nodeSelector: { matchLabels: nodeLabels } }),
      ...(isMultiCluster ? { multiClusterTargetGroup: true } : {}),
    },
  };
}

/** pkg/deploy/tracking/provider.go, StackLabels. */
export function stackLabels(groupId: string): Record<string, string> {
  const { namespace, name } = splitKey(groupId);
  return namespace === undefined
    ? { "ingress.k8s.aws/stack": name }
    : { "ingress.k8s.aws/stack-name": name, "ingress.k8s.aws/stack-namespace": namespace };
}
