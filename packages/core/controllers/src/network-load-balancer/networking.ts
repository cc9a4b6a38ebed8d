// Who may reach the targets (pkg/service/model_build_target_group.go). A load balancer with security groups lets its backend group in; one
// without (as all were before 2023) lets in CIDRs: the clients' where their addresses arrive at the targets, else the load balancer's own.
import type { NetworkingRule, ServicePort, TargetGroup } from "@loopway/model";
import { readBoolean } from "./annotations.ts";
import { TRAFFIC_PORT } from "./health-check.ts";
import { answers, type Frontend, type ServiceBuild } from "./service-build.ts";
import { readSourceRanges } from "./source-ranges.ts";
import { preservesClientIp } from "./target-group-attributes.ts";

type Networking = { ingress: NetworkingRule[] };
type NetworkingPort = NetworkingRule["ports"][number];

interface Targets {
  servicePort: ServicePort;
  targetGroup: TargetGroup;
}

/** Undefined where the user keeps the rules himself. */
export function buildNetworking(build: ServiceBuild, frontend: Frontend, targets: Targets): Networking | undefined {
  if (!frontend.hasSecurityGroups) return buildFromCidrs(build, frontend, targets);
  const { backendSecurityGroup } = frontend;
  if (backendSecurityGroup === undefined) return undefined;
  const ports = build.flags.disableRestrictedSecurityGroupRules ? everyPort(targets) : portsOf(targets);
  return { ingress: [{ from: [{ securityGroup: { groupID: backendSecurityGroup } }], ports }] };
}

function everyPort({ targetGroup }: Targets): NetworkingPort[] {
  return hasUdp(targetGroup) ? [{ protocol: "TCP" }, { protocol: "UDP" }] : [{ protocol: "TCP" }];
}

/** The targets' port, and that of the health check, which is TCP always. */
function portsOf(targets: Targets): NetworkingPort[] {
  const { targetGroup } = targets;
  const port = trafficPort(targets);
  const checked = healthCheckPort(targetGroup);
  const tcp: NetworkingPort = { protocol: "TCP", port };
  const udp: NetworkingPort = { protocol: "UDP", port };
  const isCheckedHere = checked === TRAFFIC_PORT || checked === port;
  const both = hasTcpAndUdp(targetGroup) || isCheckedHere;
  const traffic = hasUdp(targetGroup) ? (both ? [udp, tcp] : [udp]) : [tcp];
  return isCheckedHere || typeof checked === "string" ? traffic : [...traffic, { protocol: "TCP", port: checked }];
}

function buildFromCidrs(build: ServiceBuild, frontend: Frontend, targets: Targets): Networking | undefined {
  if (readBoolean(build, "aws-load-balancer-manage-backend-security-group-rules") === false) return undefined;
  const { targetGroup } = targets;
  const own = frontend.subnets.flatMap(({ cidr, ipv6Cidrs }) => (isIpv6(targetGroup) ? ipv6Cidrs : (cidr ?? [])));
  const { cidrs: sourceRanges } = readSourceRanges(build);
  const preserves = arrivesWithClientIp(targetGroup);
  const usesDefault = preserves && sourceRanges.length === 0;
  const sources = usesDefault ? defaultRanges(build, frontend, targetGroup) : preserves ? sourceRanges : own;
  const port = trafficPort(targets);
  const tcp: NetworkingPort = { protocol: "TCP", port };
  const udp: NetworkingPort = { protocol: "UDP", port };
  const ports = hasTcpAndUdp(targetGroup) ? [tcp, udp] : hasUdp(targetGroup) ? [udp] : [tcp];
  const rule = { from: sources.map(fromCidr), ports };
  if (own.length === 0 || isHealthCheckLetIn(targets, { usesDefault, sources })) return { ingress: [rule] };
  const checked = healthCheckPort(targetGroup);
  const checks: NetworkingPort = { protocol: "TCP", port: checked === TRAFFIC_PORT ? port : checked };
  return { ingress: [rule, { from: own.map(fromCidr), ports: [checks] }] };
}

/** Whether the rule for traffic lets the load balancer's health checks in too. */
function isHealthCheckLetIn(targets: Targets, { usesDefault, sources }: { usesDefault: boolean; sources: readonly string[] }): boolean {
  const { targetGroup } = targets;
  const checked = healthCheckPort(targetGroup);
  if (targetGroup.spec.protocol === "UDP" || (checked !== TRAFFIC_PORT && checked !== trafficPort(targets))) return false;
  const { attributes = [], targetType } = targetGroup.spec;
  if (!preservesClientIp(attributes, targetType) || usesDefault) return true;
  return sources.includes("0.0.0.0/0") || sources.includes("::/0");
}

/** Clients of an internal load balancer are in the VPC. */
function defaultRanges(build: ServiceBuild, { scheme }: Frontend, targetGroup: TargetGroup): readonly string[] {
  if (scheme !== "internal") return isIpv6(targetGroup) ? ["::/0"] : ["0.0.0.0/0"];
  const { cidrs } = build.vpc;
  if (!answers(build, "DescribeVpcs")) return [];
  return isIpv6(targetGroup) ? cidrs.ipv6 : cidrs.ipv4;
}

function fromCidr(cidr: string): NetworkingRule["from"][number] {
  return { ipBlock: { cidr } };
}

function trafficPort({ servicePort, targetGroup }: Targets): number | string {
  const { port, targetPort = port, nodePort = 0 } = servicePort;
  return targetGroup.spec.targetType === "instance" ? nodePort : targetPort;
}

function healthCheckPort({ spec }: TargetGroup): number | string {
  const { healthCheckPort: port = TRAFFIC_PORT } = spec;
  return port === TRAFFIC_PORT ? port : Number(port);
}

function hasTcpAndUdp({ spec }: TargetGroup): boolean {
  return spec.protocol === "TCP_UDP" || spec.protocol === "TCP_QUIC";
}

function hasUdp(targetGroup: TargetGroup): boolean {
  return hasTcpAndUdp(targetGroup) || targetGroup.spec.protocol === "UDP" || targetGroup.spec.protocol === "QUIC";
}

/** Of datagrams it always does (AWS: client IP preservation cannot be switched off for UDP). */
function arrivesWithClientIp(targetGroup: TargetGroup): boolean {
  const { attributes = [], targetType } = targetGroup.spec;
  return hasUdp(targetGroup) || preservesClientIp(attributes, targetType);
}

function isIpv6({ spec }: TargetGroup): boolean {
  return spec.ipAddressType === "ipv6";
}
