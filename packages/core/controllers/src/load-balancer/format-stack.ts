// A built stack as the JSON that the real controller writes about it (pkg/model/core/graph.go, the dry-run-plan annotation): resources by type and
// id, with references between them.
import type { Action, KeyValue, Listener, LoadBalancer, Rule, TargetGroup } from "@loopway/model";
import type { Stack } from "./build-stack.ts";
import { CERTIFICATE, formatAddOns, MANAGED_SECURITY_GROUP } from "./format-add-ons.ts";
import { toRecord } from "./key-values.ts";
import { RESOURCE_TAG, TRACKING_TAGS } from "./tags.ts";

const LOAD_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer";
const LISTENER = "AWS::ElasticLoadBalancingV2::Listener";
const RULE = "AWS::ElasticLoadBalancingV2::ListenerRule";
const TARGET_GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup";
const LOAD_BALANCER_ARN = arnOf("LoadBalancer");
const FRONTEND = "FrontendNlb";
const REDACTED = "[REDACTED]";

export interface FormattedStack {
  id: string;
  resources: Record<string, Record<string, { spec: Record<string, unknown> }>>;
}

export function formatStack(groupId: string, stack: Stack): FormattedStack {
  const { members, frontend } = stack;
  const targetGroups = [...members.filter((member) => member.kind === "TargetGroup"), ...(frontend?.targetGroups ?? [])];
  const listeners = members.filter((member) => member.kind === "Listener");
  const rules = members.filter((member) => member.kind === "Rule");
  const idsByName = new Map(targetGroups.map((targetGroup) => [targetGroup.metadata.name, resourceId(targetGroup)]));
  const certificateIds = new Map([...stack.certificates].map(([id, { arn }]) => [arn, id]));
  const references: References = { loadBalancerARN: LOAD_BALANCER_ARN, idsByName, certificateIds };
  const portsByName = new Map(listeners.map(({ metadata, spec }) => [metadata.name, spec.port]));
  const resources: FormattedStack["resources"] = {
    ...formatAddOns(stack, LOAD_BALANCER_ARN),
    [LOAD_BALANCER]: {
      LoadBalancer: { spec: formatLoadBalancer(stack.loadBalancer, stack) },
      ...(frontend === undefined ? {} : { [FRONTEND]: { spec: formatLoadBalancer(frontend.loadBalancer, stack) } }),
    },
    [LISTENER]: Object.fromEntries([
      ...listeners.map((listener) => [listener.spec.port, { spec: formatListener(listener, references) }]),
      ...(frontend?.listeners ?? []).map((listener) => [
        resourceId(listener),
        { spec: formatListener(listener, { ...references, loadBalancerARN: arnOf(FRONTEND) }) },
      ]),
    ]),
    [RULE]: Object.fromEntries(
      rules.map((rule) => {
        const listenerPort = portsByName.get(rule.spec.listenerRef.from.name);
        return [`${listenerPort}:${rule.spec.priority}`, { spec: formatRule(rule, `${listenerPort}`, idsByName) }];
      }),
    ),
    [TARGET_GROUP]: Object.fromEntries(targetGroups.map((group) => [resourceId(group), { spec: formatTargetGroup(group) }])),
  };
  return { id: groupId, resources: Object.fromEntries(Object.entries(resources).filter(([, byId]) => Object.keys(byId).length > 0)) };
}

function arnOf(loadBalancer: string): { $ref: string } {
  return refTo(`${LOAD_BALANCER}/${loadBalancer}/status/loadBalancerARN`);
}

function resourceId({ metadata, spec }: TargetGroup | Listener): string {
  return spec.tags?.find(({ key }) => key === RESOURCE_TAG)?.value ?? metadata.name;
}

function formatLoadBalancer(loadBalancer: LoadBalancer, { securityGroup }: Stack): Record<string, unknown> {
  const { subnets = [], subnetMappings, securityGroups = [], attributes, tags, ipamPools, ...spec } = loadBalancer.spec;
  return {
    ...spec,
    subnetMapping: subnetMappings ?? subnets.map((subnetID) => ({ subnetID })),
    securityGroups: securityGroups.map((id) =>
      id === securityGroup?.id ? refTo(`AWS::EC2::SecurityGroup/${MANAGED_SECURITY_GROUP}/status/groupID`) : id,
    ),
    ...(ipamPools === undefined ? {} : { ipv4IPAMPool: ipamPools.ipv4IPAMPoolID }),
    ...(attributes === undefined ? {} : { loadBalancerAttributes: attributes }),
    ...formatTags(tags),
  };
}

interface References {
  loadBalancerARN: { $ref: string };
  /** Ids of target groups. */
  idsByName: ReadonlyMap<string, string>;
  /** Ids of the certificates that the stack itself asks for. */
  certificateIds: ReadonlyMap<string, string>;
}

function formatListener({ spec }: Listener, { loadBalancerARN, idsByName, certificateIds }: References): Record<string, unknown> {
  const { loadBalancerRef: _, defaultActions, certificates, mutualAuthentication, attributes, tags, ...rest } = spec;
  const { trustStoreARN, ...mutual } = mutualAuthentication ?? { mode: "" };
  return {
    ...rest,
    loadBalancerARN,
    defaultActions: defaultActions.map((action) => formatAction(action, idsByName)),
    ...(certificates === undefined
      ? {}
      : {
          certificates: certificates.map(({ certificateARN = "" }) => ({ certificateARN: certificateRef(certificateARN, certificateIds) })),
        }),
    ...(mutualAuthentication === undefined
      ? {}
      : { mutualAuthentication: { ...mutual, ...(trustStoreARN === undefined ? {} : { trustStoreArn: trustStoreARN }) } }),
    ...(attributes === undefined ? {} : { listenerAttributes: attributes }),
    ...formatTags(tags),
  };
}

function certificateRef(arn: string, certificateIds: ReadonlyMap<string, string>): unknown {
  const id = certificateIds.get(arn);
  return id === undefined ? arn : refTo(`${CERTIFICATE}/${id}/status/certificateARN`);
}

function formatRule({ spec }: Rule, listenerPort: string, idsByName: ReadonlyMap<string, string>): Record<string, unknown> {
  const { listenerRef: _, actions, tags, ...rest } = spec;
  return {
    ...rest,
    listenerARN: refTo(`${LISTENER}/${listenerPort}/status/listenerARN`),
    actions: actions.map((action) => formatAction(action, idsByName)),
    ...formatTags(tags),
  };
}

function formatAction(action: Action, idsByName: ReadonlyMap<string, string>): Record<string, unknown> {
  const { forwardConfig, authenticateOIDCConfig } = action;
  if (authenticateOIDCConfig !== undefined)
    return { ...action, authenticateOIDCConfig: { ...authenticateOIDCConfig, clientID: REDACTED, clientSecret: REDACTED } };
  if (forwardConfig === undefined) return { ...action };
  const targetGroups = forwardConfig.targetGroups.map(({ targetGroupRef, ...rest }) => {
    const id = idsByName.get(targetGroupRef.from.name);
    const targetGroupARN = id === undefined ? targetGroupRef.from.name : refTo(`${TARGET_GROUP}/${id}/status/targetGroupARN`);
    return { ...rest, targetGroupARN };
  });
  return { ...action, forwardConfig: { ...forwardConfig, targetGroups } };
}

function formatTargetGroup({ spec }: TargetGroup): Record<string, unknown> {
  const { name, targetType, ipAddressType = "ipv4", port, protocol, protocolVersion, targetControlPort, attributes, tags } = spec;
  const { healthCheckPort = "" } = spec;
  return {
    name,
    targetType,
    ipAddressType,
    port,
    protocol,
    ...(protocolVersion === undefined ? {} : { protocolVersion }),
    ...(targetControlPort === undefined ? {} : { targetControlPort }),
    healthCheckConfig: {
      port: /^\d+$/.test(healthCheckPort) ? Number(healthCheckPort) : healthCheckPort,
      protocol: spec.healthCheckProtocol,
      path: spec.healthCheckPath,
      matcher: spec.matcher,
      intervalSeconds: spec.healthCheckIntervalSeconds,
      timeoutSeconds: spec.healthCheckTimeoutSeconds,
      healthyThresholdCount: spec.healthyThresholdCount,
      unhealthyThresholdCount: spec.unhealthyThresholdCount,
    },
    ...(attributes === undefined ? {} : { targetGroupAttributes: attributes }),
    ...formatTags(tags),
  };
}

/** Without those that the controller adds when it deploys. */
function formatTags(tags: readonly KeyValue[] = []): { tags?: Record<string, string> } {
  const own = tags.filter(({ key }) => !TRACKING_TAGS.includes(key));
  return own.length === 0 ? {} : { tags: toRecord(own) };
}

function refTo(path: string): { $ref: string } {
  return { $ref: `#/resources/${path}` };
}
