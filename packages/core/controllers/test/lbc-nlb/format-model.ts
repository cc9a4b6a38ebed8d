/** A built stack in the form of the controller's own model, as the cases' expect.json has it. */
import type { KeyValue, Listener, LoadBalancer, Service, TargetGroup } from "@loopway/model";
import { objectKey } from "@loopway/model";
import type { NetworkLoadBalancerStack } from "../../src/network-load-balancer/build-stack.ts";

const ELB = "AWS::ElasticLoadBalancingV2";
const LOAD_BALANCER_REF = `#/resources/${ELB}::LoadBalancer/LoadBalancer/status/loadBalancerARN`;
const TRACKING_TAGS = /^(elbv2|service)\.k8s\.aws\//;

export function formatModel(service: Service, stack: NetworkLoadBalancerStack | undefined): unknown {
  if (stack === undefined) return { id: objectKey(service), resources: {} };
  const targetGroupIds = new Map(stack.targetGroups.map((targetGroup) => [targetGroup.spec.name, resourceOf(targetGroup)]));
  const { loadBalancer, listeners, targetGroups } = stack;
  return {
    id: objectKey(service),
    resources: {
      [`${ELB}::LoadBalancer`]: { LoadBalancer: { spec: formatLoadBalancer(loadBalancer, stack.securityGroup?.id) } },
      [`${ELB}::Listener`]: byResource(listeners, (listener) => formatListener(listener, targetGroupIds)),
      [`${ELB}::TargetGroup`]: byResource(targetGroups, formatTargetGroup),
    },
  };
}

function byResource<T extends Listener | TargetGroup>(objects: readonly T[], format: (object: T) => unknown): Record<string, unknown> {
  return Object.fromEntries(objects.map((object) => [resourceOf(object), { spec: format(object) }]));
}

function resourceOf({ spec }: Listener | TargetGroup): string {
  return spec.tags?.find(({ key }) => key === "service.k8s.aws/resource")?.value ?? "";
}

function formatLoadBalancer({ spec }: LoadBalancer, managedSecurityGroup: string | undefined): unknown {
  const { enablePrefixForIPv6SourceNAT, enforceSecurityGroupInboundRulesOnPrivateLinkTraffic, attributes, subnetMappings, ...rest } = spec;
  const managed = { $ref: "#/resources/AWS::EC2::SecurityGroup/ManagedLBSecurityGroup/status/groupID" };
  return present({
    ...rest,
    enablePrefixForIpv6SourceNat: enablePrefixForIPv6SourceNAT,
    securityGroupsInboundRulesOnPrivateLink: enforceSecurityGroupInboundRulesOnPrivateLinkTraffic,
    subnetMapping: subnetMappings?.map(({ sourceNATIPv6Prefix, ...mapping }) =>
      present({ ...mapping, sourceNatIpv6Prefix: sourceNATIPv6Prefix }),
    ),
    loadBalancerAttributes: attributes,
    securityGroups: spec.securityGroups?.map((id) => (id === managedSecurityGroup ? managed : id)),
    tags: formatTags(spec.tags),
  });
}

function formatListener({ spec }: Listener, targetGroupIds: ReadonlyMap<string, string>): unknown {
  const { loadBalancerRef: _, attributes, ...rest } = spec;
  return present({
    ...rest,
    loadBalancerARN: { $ref: LOAD_BALANCER_REF },
    listenerAttributes: attributes,
    tags: formatTags(spec.tags),
    defaultActions: spec.defaultActions.map(({ type, forwardConfig }) => ({
      type,
      forwardConfig: {
        ...forwardConfig,
        targetGroups: forwardConfig?.targetGroups.map(({ targetGroupRef, ...weight }) => ({
          targetGroupARN: {
            $ref: `#/resources/${ELB}::TargetGroup/${targetGroupIds.get(targetGroupRef.from.name)}/status/targetGroupARN`,
          },
          ...weight,
        })),
      },
    })),
  });
}

function formatTargetGroup({ spec }: TargetGroup): unknown {
  const { name, targetType, ipAddressType, port, protocol, attributes } = spec;
  return present({
    ...{ name, targetType, ipAddressType, port, protocol },
    healthCheckConfig: formatHealthCheck(spec, "httpCode"),
    targetGroupAttributes: attributes,
    tags: formatTags(spec.tags),
  });
}

/** `codes` is the key of the success codes: the cases know two spellings. */
export function formatHealthCheck(spec: Partial<TargetGroup["spec"]>, codes: "httpCode" | "hTTPCode"): unknown {
  const { healthCheckPort = "", matcher } = spec;
  return present({
    port: /^\d+$/.test(healthCheckPort) ? Number(healthCheckPort) : healthCheckPort,
    protocol: spec.healthCheckProtocol,
    path: spec.healthCheckPath,
    intervalSeconds: spec.healthCheckIntervalSeconds,
    timeoutSeconds: spec.healthCheckTimeoutSeconds,
    healthyThresholdCount: spec.healthyThresholdCount,
    unhealthyThresholdCount: spec.unhealthyThresholdCount,
    matcher: matcher === undefined ? undefined : { [codes]: matcher.httpCode },
  });
}

/** Without those that the controller adds when it deploys. */
function formatTags(tags: readonly KeyValue[] = []): Record<string, string> | undefined {
  const own = tags.filter(({ key }) => !TRACKING_TAGS.test(key));
  return own.length === 0 ? undefined : Object.fromEntries(own.map(({ key, value }) => [key, value]));
}

function present(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}
