// enable-frontend-nlb and frontend-nlb-*: a network load balancer in front of the group's own, so that clients find fixed addresses. Its
// target groups hold the load balancer itself, type alb (pkg/ingress/model_build_frontend_nlb.go).
import {
  apiVersionOf,
  type KeyValue,
  kindNamed,
  type Listener,
  type LoadBalancer,
  type SubnetMapping,
  type TargetGroup,
} from "@loopway/model";
import { allocationsProblem } from "../network-load-balancer/subnet-mappings.ts";
import { readBoolean, readMap } from "./annotations.ts";
import { buildFrontendPorts, type FrontendPortSettings } from "./frontend-ports.ts";
import { agreedList, annotatedLists, formatMap, formatSet, groupTexts, memberSettings, onlyAnnotated } from "./group-settings.ts";
import { toKeyValues, unlessEmpty } from "./key-values.ts";
import type { ListenPort } from "./listen-ports.ts";
import { AWS_NAMESPACE, frontendLoadBalancerName, frontendTargetGroupName, loadBalancerArn } from "./names.ts";
import { agreedSecurityGroups } from "./security-groups.ts";
import { reportToGroup, type StackBuild } from "./stack-build.ts";
import { buildGroupTags, trackingTags } from "./tags.ts";

export interface FrontendNlb {
  loadBalancer: LoadBalancer;
  /** One TCP listener for each port, ascending. */
  listeners: Listener[];
  /** In the order of the listeners. */
  targetGroups: TargetGroup[];
}

/** Absent where the group wants none, and after a problem that leaves no scheme. */
export function buildFrontendNlb(build: StackBuild, alb: LoadBalancer, listenPorts: readonly ListenPort[]): FrontendNlb | undefined {
  const scheme = isEnabled(build) ? readScheme(build) : undefined;
  if (scheme === undefined) return undefined;
  const loadBalancer = buildLoadBalancer(build, alb, scheme);
  const built = buildFrontendPorts(build, listenPorts).map((settings) => buildPort(build, { loadBalancer, alb, settings }));
  return {
    loadBalancer,
    listeners: built.map(({ listener }) => listener),
    targetGroups: built.map(({ targetGroup }) => targetGroup),
  };
}

function isEnabled(build: StackBuild): boolean {
  const settings = memberSettings(build, onlyAnnotated, ({ metadata }) =>
    readBoolean("enable-frontend-nlb", [metadata.annotations], reportToGroup(build)),
  );
  const values = new Set(settings.map(({ value }) => value));
  if (values.size > 1) reportToGroup(build)("conflicting enable frontend NLB values");
  return values.has(true);
}

/** Not that of the load balancer behind it: without an annotation, the controller's default. */
function readScheme(build: StackBuild): LoadBalancer["spec"]["scheme"] | undefined {
  const schemes = groupTexts(build, "frontend-nlb-scheme", onlyAnnotated);
  const [scheme = build.flags.defaultLoadBalancerScheme] = schemes;
  if (schemes.length > 1) reportToGroup(build)(`conflicting scheme: ${formatSet(schemes)}`);
  else if (scheme === "internal" || scheme === "internet-facing") return scheme;
  else reportToGroup(build)(`unknown scheme: ${scheme}`);
  return undefined;
}

function buildLoadBalancer(build: StackBuild, alb: LoadBalancer, scheme: LoadBalancer["spec"]["scheme"]): LoadBalancer {
  const explicitGroups = agreedSecurityGroups(build, "frontend-nlb-security-groups");
  const subnetMappings = buildSubnetMappings(build, scheme);
  const name = frontendLoadBalancerName(alb.spec.name);
  const attributes = toKeyValues(agreedMap(build, "frontend-nlb-attributes", "frontend NLB attributes") ?? {});
  return {
    apiVersion: apiVersionOf(kindNamed("LoadBalancer")),
    kind: "LoadBalancer",
    metadata: { ...alb.metadata, name: name.toLowerCase() },
    spec: {
      name,
      type: "network",
      scheme,
      ...(alb.spec.ipAddressType === undefined ? {} : { ipAddressType: alb.spec.ipAddressType }),
      securityGroups: explicitGroups.length > 0 ? explicitGroups : (alb.spec.securityGroups ?? []),
      subnetMappings,
      ...unlessEmpty("attributes", attributes),
      tags: trackingTags(build, "FrontendNlb", buildTags(build)),
    },
  };
}

function buildSubnetMappings(build: StackBuild, scheme: string): SubnetMapping[] {
  const named = agreedList(build, annotatedLists(build, "frontend-nlb-subnets"), { title: "subnets", isOrdered: false });
  const subnets = named ?? build.flags.discoveredSubnets;
  const lists = annotatedLists(build, "frontend-nlb-eip-allocations");
  const allocations = agreedList(build, lists, { title: "EIP allocations", isOrdered: true });
  const problem = allocations && allocationsProblem(allocations, scheme, subnets.length);
  if (problem !== undefined) reportToGroup(build)(problem);
  return subnets.map((subnetID, index) => ({
    subnetID,
    ...(allocations === undefined ? {} : { allocationID: allocations[index] ?? "" }),
  }));
}

/** Its own tags, without the default ones; else those of the load balancer behind it. */
function buildTags(build: StackBuild): KeyValue[] {
  const own = agreedMap(build, "frontend-nlb-tags", "frontend NLB tags");
  return own === undefined || Object.keys(own).length === 0 ? buildGroupTags(build, build.members) : toKeyValues(own);
}

function agreedMap(build: StackBuild, suffix: string, title: string): Record<string, string> | undefined {
  const settings = memberSettings(build, onlyAnnotated, ({ metadata }) => readMap(suffix, [metadata.annotations], reportToGroup(build)));
  const [first, ...others] = settings.map(({ value }) => value);
  if (first === undefined) return undefined;
  const differing = others.find((other) => formatMap(other) !== formatMap(first));
  if (differing !== undefined) reportToGroup(build)(`conflicting ${title}: ${formatMap(first)} | ${formatMap(differing)}`);
  return first;
}

interface PortParts {
  loadBalancer: LoadBalancer;
  alb: LoadBalancer;
  settings: FrontendPortSettings;
}

function buildPort(build: StackBuild, { loadBalancer, alb, settings }: PortParts): { listener: Listener; targetGroup: TargetGroup } {
  const { port, targetPort, healthCheck } = settings;
  const { healthCheckPort, healthCheckProtocol } = healthCheck;
  const name = frontendTargetGroupName(build.groupId, build.flags.clusterName, { port, healthCheckPort, healthCheckProtocol });
  const metadata = { namespace: AWS_NAMESPACE, annotations: { ...loadBalancer.metadata.annotations } };
  const forward = { targetGroups: [{ targetGroupRef: { from: { name, namespace: AWS_NAMESPACE } } }] };
  const listener: Listener = {
    apiVersion: apiVersionOf(kindNamed("Listener")),
    kind: "Listener",
    metadata: { ...metadata, name: `${loadBalancer.metadata.name}-${port}` },
    spec: {
      loadBalancerRef: { from: { name: loadBalancer.metadata.name, namespace: AWS_NAMESPACE } },
      port,
      protocol: "TCP",
      defaultActions: [{ type: "forward", forwardConfig: forward }],
      tags: trackingTags(build, `FrontendNlb-ls-TCP-${port}`, []),
    },
  };
  const targetGroup: TargetGroup = {
    apiVersion: apiVersionOf(kindNamed("TargetGroup")),
    kind: "TargetGroup",
    metadata: { ...metadata, name },
    spec: {
      name,
      targetType: "alb",
      ...(alb.spec.ipAddressType === undefined ? {} : { ipAddressType: alb.spec.ipAddressType }),
      protocol: "TCP",
      port,
      ...healthCheck,
      targets: [{ id: loadBalancerArn(alb.spec.name), port: targetPort }],
      tags: trackingTags(build, `FrontendNlb-tg-TCP-${port}`, []),
    },
  };
  return { listener, targetGroup };
}
