import { apiVersionOf, kindNamed, type TargetGroup, type TargetGroupBinding } from "@loopway/model";
import { targetGroupArn } from "../load-balancer/names.ts";
import { namespaceOf } from "../load-balancer/stack-build.ts";
import { readBoolean, readMap } from "./annotations.ts";
import type { NetworkBackend } from "./build-target-group.ts";
import { buildNetworking } from "./networking.ts";
import { type Frontend, type ServiceBuild, stackLabels } from "./service-build.ts";

/** In the Service's namespace, named like the target group. `serviceRef.port` is the Service's port. */
export function buildBinding(
  build: ServiceBuild,
  frontend: Frontend,
  { service, servicePort, targetGroup }: NetworkBackend & { targetGroup: TargetGroup },
): TargetGroupBinding {
  const { name, targetType, protocol, ipAddressType } = targetGroup.spec;
  const nodeLabels = targetType === "instance" ? readMap(build, "aws-load-balancer-target-node-labels") : undefined;
  const networking = buildNetworking(build, frontend, { servicePort, targetGroup });
  const isShared = readBoolean(build, "aws-load-balancer-multi-cluster-target-group");
  return {
    apiVersion: apiVersionOf(kindNamed("TargetGroupBinding")),
    kind: "TargetGroupBinding",
    metadata: {
      name,
      namespace: namespaceOf(service),
      labels: stackLabels(build),
      ...(targetGroup.metadata.annotations === undefined ? {} : { annotations: targetGroup.metadata.annotations }),
    },
    spec: {
      targetGroupARN: targetGroupArn(name),
      targetType: targetType === "ip" ? "ip" : "instance",
      targetGroupProtocol: protocol,
      serviceRef: { name: service.metadata.name, port: servicePort.port },
      ...(ipAddressType === undefined ? {} : { ipAddressType }),
      vpcID: build.vpc.id,
      ...(networking === undefined ? {} : { networking }),
      ...(nodeLabels === undefined || Object.keys(nodeLabels).length === 0 ? {} : { nodeSelector: { matchLabels: nodeLabels } }),
      ...(isShared === undefined ? {} : { multiClusterTargetGroup: isShared }),
    },
  };
}
