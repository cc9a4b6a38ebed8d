// pkg/service/model_build_load_balancer.go.
import { apiVersionOf, kindNamed, type LoadBalancer, objectKey } from "@loopway/model";
import { AWS_NAMESPACE } from "../load-balancer/names.ts";
import { readBoolean, readMap, readTags, readText, reportAnnotation } from "./annotations.ts";
import { buildAttributes } from "./load-balancer-attributes.ts";
import { networkLoadBalancerName } from "./names.ts";
import { buildSecurityGroups, type ManagedSecurityGroup } from "./security-groups.ts";
import { answers, type Frontend, originAnnotation, type ServiceBuild, STACK_TAG, tagsOf } from "./service-build.ts";
import { buildSubnetMappings } from "./subnet-mappings.ts";
import { resolveSubnets } from "./subnets.ts";
import type { Subnet } from "./vpc.ts";

type Spec = LoadBalancer["spec"];
/** AWS: of a load balancer's name. */
const MAX_NAME_LENGTH = 32;

export interface BuiltLoadBalancer {
  loadBalancer: LoadBalancer;
  frontend: Frontend;
  securityGroup?: ManagedSecurityGroup;
}

/** Undefined after a problem that leaves no scheme or name. */
export function buildLoadBalancer(build: ServiceBuild): BuiltLoadBalancer | undefined {
  const existing = existingLoadBalancer(build);
  const scheme = buildScheme(build, existing);
  if (scheme === undefined) return undefined;
  const subnets = resolveSubnets(build, scheme, existing);
  const ipAddressType = buildIpAddressType(build);
  const enablePrefixForIPv6SourceNAT = buildSourceNat(build, ipAddressType, subnets);
  const attributes = buildAttributes(build);
  const capacity = buildMinimumCapacity(build);
  const groups = buildSecurityGroups(build, ipAddressType, existing);
  const tags = readTags(build);
  const edge = { scheme, ipAddressType, subnets };
  const subnetMappings = buildSubnetMappings(build, edge, enablePrefixForIPv6SourceNAT === "on");
  const name = buildName(build, scheme);
  if (name === undefined) return undefined;
  const spec: Spec = {
    name,
    type: "network",
    scheme,
    ipAddressType,
    ...(groups.ids.length === 0 ? {} : { securityGroups: groups.ids }),
    ...buildPrivateLink(build),
    enablePrefixForIPv6SourceNAT,
    subnetMappings,
    ...(attributes.length === 0 ? {} : { attributes }),
    ...(capacity === undefined ? {} : { minimumLoadBalancerCapacity: { capacityUnits: capacity } }),
    tags: tagsOf(build, "LoadBalancer", tags),
  };
  // Names of AWS may hold upper case, names of objects may not.
  const metadata = { name: name.toLowerCase(), namespace: AWS_NAMESPACE, annotations: originAnnotation(build, "") };
  return {
    loadBalancer: { apiVersion: apiVersionOf(kindNamed("LoadBalancer")), kind: "LoadBalancer", metadata, spec },
    frontend: {
      ...edge,
      loadBalancer: metadata.name,
      hasSecurityGroups: groups.ids.length > 0,
      ...(groups.backend === undefined ? {} : { backendSecurityGroup: groups.backend }),
    },
    ...(groups.managed === undefined ? {} : { securityGroup: groups.managed }),
  };
}

/** The Service's own from an earlier build, found by its tag. */
function existingLoadBalancer(build: ServiceBuild): LoadBalancer | undefined {
  const { snapshot, service } = build;
  if (!answers(build, "DescribeLoadBalancers")) return undefined;
  const stack = objectKey(service);
  const isOwn = ({ spec }: LoadBalancer) => spec.tags?.some(({ key, value }) => key === STACK_TAG && value === stack) === true;
  return snapshot.list<LoadBalancer>("LoadBalancer").find(isOwn);
}

/** Without an annotation the load balancer keeps the scheme that it has. */
function buildScheme(build: ServiceBuild, existing: LoadBalancer | undefined): Spec["scheme"] | undefined {
  const suffix = "aws-load-balancer-scheme";
  const annotated = readText(build, suffix);
  if (annotated === "internal" || annotated === "internet-facing") return annotated;
  if (annotated !== undefined) {
    reportAnnotation(build, suffix, `unknown scheme: ${annotated}`);
    return undefined;
  }
  const isInternal = readBoolean(build, "aws-load-balancer-internal");
  if (isInternal !== undefined) return isInternal ? "internal" : "internet-facing";
  return existing?.spec.scheme ?? (build.flags.defaultLoadBalancerScheme === "internet-facing" ? "internet-facing" : "internal");
}

function buildIpAddressType(build: ServiceBuild): string {
  const suffix = "aws-load-balancer-ip-address-type";
  const ipAddressType = readText(build, suffix) ?? "ipv4";
  if (ipAddressType !== "ipv4" && ipAddressType !== "dualstack") reportAnnotation(build, suffix, `unknown IPAddressType: ${ipAddressType}`);
  return ipAddressType;
}

function buildSourceNat(build: ServiceBuild, ipAddressType: string, subnets: readonly Subnet[]): string {
  const suffix = "aws-load-balancer-enable-prefix-for-ipv6-source-nat";
  const value = readText(build, suffix) ?? "off";
  const refuse = (message: string) => reportAnnotation(build, suffix, message);
  if (value !== "on" && value !== "off")
    refuse(`Invalid enable-prefix-for-ipv6-source-nat value: ${value}. Valid values are ['on', 'off'].`);
  if (value !== "on") return value;
  const without = subnets.filter(({ ipv6Cidrs }) => ipv6Cidrs.length === 0).map(({ id }) => id);
  if (ipAddressType === "ipv4")
    refuse("enable-prefix-for-ipv6-source-nat annotation is only applicable to Network Load Balancers using Dualstack IP address type.");
  else if (without.length > 0)
    refuse(
      `To enable prefix for source NAT, all associated subnets must have an IPv6 CIDR. Subnets without IPv6 CIDR: [${without.join(" ")}].`,
    );
  return value;
}

function buildPrivateLink(build: ServiceBuild): Pick<Spec, "enforceSecurityGroupInboundRulesOnPrivateLinkTraffic"> {
  const suffix = "aws-load-balancer-inbound-sg-rules-on-private-link-traffic";
  const value = readText(build, suffix);
  if (value === undefined) return {};
  if (value !== "on" && value !== "off") {
    const message = `Invalid value for securityGroupsInboundRulesOnPrivateLink status: ${value}, value must be one of [on, off]`;
    reportAnnotation(build, suffix, message);
  }
  return { enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: value };
}

function buildMinimumCapacity(build: ServiceBuild): number | undefined {
  if (!build.flags.gates.lbCapacityReservation) return undefined;
  const suffix = "aws-load-balancer-minimum-load-balancer-capacity";
  const capacity = readMap(build, suffix);
  if (capacity === undefined) return undefined;
  const stranger = Object.keys(capacity).find((key) => key !== "CapacityUnits");
  if (stranger !== undefined) reportAnnotation(build, suffix, `invalid key to set the capacity: ${stranger}, Expected key: CapacityUnits`);
  // Go's strconv.ParseInt, its error dropped: what is no number is 0.
  return /^[+-]?\d+$/.test(capacity.CapacityUnits ?? "") ? Number(capacity.CapacityUnits) : 0;
}

function buildName(build: ServiceBuild, scheme: string): string | undefined {
  const suffix = "aws-load-balancer-name";
  const name = readText(build, suffix);
  if (name === undefined) return networkLoadBalancerName(build.flags.clusterName, build.service, scheme);
  if (name.length <= MAX_NAME_LENGTH) return name;
  reportAnnotation(build, suffix, `load balancer name cannot be longer than ${MAX_NAME_LENGTH} characters`);
  return undefined;
}
