// The load balancer itself, in the order in which the real controller reads the group's settings
// (pkg/ingress/model_build_load_balancer.go).
import { apiVersionOf, kindNamed, type LoadBalancer } from "@loopway/model";
import { buildCapacity, buildCustomerOwnedPool, buildIpamPool } from "./address-pools.ts";
import { formatSet, groupTexts } from "./group-settings.ts";
import { readIpAddressType } from "./ip-address-type.ts";
import { unlessEmpty } from "./key-values.ts";
import type { ListenPort } from "./listen-ports.ts";
import { buildLoadBalancerAttributes } from "./load-balancer-attributes.ts";
import { AWS_NAMESPACE, loadBalancerName } from "./names.ts";
import { buildSecurityGroups, type ManagedSecurityGroup } from "./security-groups.ts";
import { originAnnotation, reportToGroup, type StackBuild } from "./stack-build.ts";
import { buildSubnets } from "./subnets.ts";
import { buildGroupTags, trackingTags } from "./tags.ts";

type Scheme = LoadBalancer["spec"]["scheme"];
const MAX_NAME_LENGTH = 32;
/** Inside an origin pointer: the whole first member; no single place of it makes a load balancer. */
const WHOLE_OBJECT = "";

export interface BuiltLoadBalancer {
  /** Without checksum and status. */
  loadBalancer: LoadBalancer;
  securityGroup?: ManagedSecurityGroup;
}

/** Undefined after a problem that leaves no name or scheme. */
export function buildLoadBalancer(build: StackBuild, listenPorts: readonly ListenPort[]): BuiltLoadBalancer | undefined {
  const [first] = build.members;
  const scheme = buildScheme(build);
  const ipAddressType = readIpAddressType(build);
  if (ipAddressType.problem !== undefined) reportToGroup(build)(ipAddressType.problem);
  const subnets = buildSubnets(build, scheme ?? "");
  const { ids: securityGroups, managed } = buildSecurityGroups(build, listenPorts, ipAddressType.value);
  const customerOwnedPool = buildCustomerOwnedPool(build);
  const attributes = buildLoadBalancerAttributes(build);
  const tags = buildGroupTags(build, build.members);
  const name = scheme === undefined ? undefined : buildLoadBalancerName(build, scheme);
  const capacity = buildCapacity(build);
  const ipamPool = buildIpamPool(build);
  if (first === undefined || scheme === undefined || name === undefined) return undefined;
  const metadata = {
    // Names of AWS may hold upper case, names of objects may not.
    name: name.toLowerCase(),
    namespace: AWS_NAMESPACE,
    annotations: originAnnotation({ ingress: first, pointer: WHOLE_OBJECT }),
  };
  const spec: LoadBalancer["spec"] = {
    name,
    type: "application",
    scheme,
    ipAddressType: ipAddressType.value,
    subnets,
    securityGroups,
    ...customerOwnedPool,
    ...ipamPool,
    ...capacity,
    ...unlessEmpty("attributes", attributes),
    tags: trackingTags(build, "LoadBalancer", tags),
  };
  const loadBalancer: LoadBalancer = { apiVersion: apiVersionOf(kindNamed("LoadBalancer")), kind: "LoadBalancer", metadata, spec };
  return { loadBalancer, ...(managed === undefined ? {} : { securityGroup: managed }) };
}

function buildScheme(build: StackBuild): Scheme | undefined {
  const schemes = groupTexts(build, "scheme", (params) => params.scheme);
  const [scheme = build.flags.defaultLoadBalancerScheme] = schemes;
  if (schemes.length > 1) reportToGroup(build)(`conflicting scheme: ${formatSet(schemes)}`);
  else if (scheme === "internal" || scheme === "internet-facing") return scheme;
  else reportToGroup(build)(`unknown scheme: ${scheme}`);
  return undefined;
}

/** Undefined after a problem. */
export function buildLoadBalancerName(build: StackBuild, scheme: string): string | undefined {
  const names = groupTexts(build, "load-balancer-name", (params) => params.loadBalancerName);
  const [name] = names;
  if (name === undefined) return loadBalancerName(build.groupId, scheme, build.flags.clusterName);
  if (names.length > 1) reportToGroup(build)(`conflicting load balancer name: ${formatSet(names)}`);
  else if (name.length > MAX_NAME_LENGTH) reportToGroup(build)(`load balancer name cannot be longer than ${MAX_NAME_LENGTH} characters`);
  else return name;
  return undefined;
}
