// aws-load-balancer-security-groups, -manage-backend-security-group-rules, -disable-nlb-sg, -security-group-prefix-lists and source ranges
// (pkg/service/model_build_load_balancer.go, model_build_managed_sg.go).
import type { KeyValue, LoadBalancer } from "@loopway/model";
import { securityGroupId } from "../load-balancer/names.ts";
import { readBoolean, readList, readTags, readText, reportAnnotation } from "./annotations.ts";
import { managedSecurityGroupName } from "./names.ts";
import { report, type ServiceBuild } from "./service-build.ts";
import { readSourceRanges } from "./source-ranges.ts";

const GROUPS = "aws-load-balancer-security-groups";
const MANAGE_BACKEND_RULES = "aws-load-balancer-manage-backend-security-group-rules";
const DISABLE = "aws-load-balancer-disable-nlb-sg";

/** The security group that the controller makes and keeps for one load balancer. */
export interface ManagedSecurityGroup {
  id: string;
  name: string;
  description: string;
  tags: KeyValue[];
  /** One source each; `source` is a CIDR or the id of a prefix list. Of ICMP, `port` is the type and `toPort` the code. */
  ingress: { protocol: string; port: number; toPort?: number; source: string }[];
}

export interface SecurityGroups {
  ids: string[];
  managed?: ManagedSecurityGroup;
  /** From which targets take traffic; absent where the user keeps the rules of the targets himself. */
  backend?: string;
}

/** "Packet too big", for path MTU discovery: RFC 1191 (type 3, code 4) and RFC 8201 (type 2). */
const ICMP_V4 = { protocol: "icmp", port: 3, toPort: 4 };
const ICMP_V6 = { protocol: "icmpv6", port: 2, toPort: 0 };

const NONE: SecurityGroups = { ids: [] };

/** A load balancer that was made without security groups can never get any (AWS), so it stays as it is. */
export function buildSecurityGroups(build: ServiceBuild, ipAddressType: string, existing: LoadBalancer | undefined): SecurityGroups {
  const had = existing?.spec.securityGroups ?? [];
  if (existing !== undefined && had.length === 0) return NONE;
  if (!build.flags.gates.nlbSecurityGroup || readBoolean(build, DISABLE) === true) {
    if (had.length > 0) reportAnnotation(build, DISABLE, "conflicting security groups configuration");
    return NONE;
  }
  const named = readList(build, GROUPS) ?? [];
  return named.length === 0 ? buildManaged(build, ipAddressType) : buildNamed(build, named);
}

function buildManaged(build: ServiceBuild, ipAddressType: string): SecurityGroups {
  const { flags, service } = build;
  const name = managedSecurityGroupName(flags.clusterName, service);
  const id = securityGroupId(name);
  const managed: ManagedSecurityGroup = {
    id,
    name,
    description: "[k8s] Managed SecurityGroup for LoadBalancer",
    tags: readTags(build),
    ingress: buildIngress(build, ipAddressType),
  };
  if (!flags.enableBackendSecurityGroup) return { ids: [id], managed, backend: id };
  return { ids: [id, flags.backendSecurityGroup], managed, backend: flags.backendSecurityGroup };
}

function buildNamed(build: ServiceBuild, named: readonly string[]): SecurityGroups {
  const managesBackend = readBoolean(build, MANAGE_BACKEND_RULES) === true;
  const ids = resolveSecurityGroups(build, named);
  if (!managesBackend) return { ids };
  const { enableBackendSecurityGroup, backendSecurityGroup } = build.flags;
  if (enableBackendSecurityGroup) return { ids: [...ids, backendSecurityGroup], backend: backendSecurityGroup };
  const message = "backendSG feature is required to manage worker node SG rules when frontendSG is manually specified";
  reportAnnotation(build, MANAGE_BACKEND_RULES, message);
  return { ids };
}

/** By id, or by the tag Name (pkg/networking/security_group_resolver.go). In the order of the annotation; to AWS they are a set. */
function resolveSecurityGroups(build: ServiceBuild, named: readonly string[]): string[] {
  const found = named.map((nameOrId) => build.vpc.securityGroups.find(({ id, name }) => id === nameOrId || name === nameOrId));
  const describe = (kind: "ids" | "names") => {
    const isOfKind = (nameOrId: string) => nameOrId.startsWith("sg-") === (kind === "ids");
    const wanted = named.filter(isOfKind);
    const known = wanted.filter((nameOrId) => found[named.indexOf(nameOrId)] !== undefined);
    return known.length === wanted.length ? [] : [`requested ${kind} [${wanted.join(", ")}] but found [${known.join(", ")}]`];
  };
  const { isComplete, refusedCalls } = build.vpc;
  const refused = refusedCalls.DescribeSecurityGroups;
  const missing = refused !== undefined ? [refused] : isComplete ? [...describe("ids"), ...describe("names")] : [];
  if (missing.length > 0) reportAnnotation(build, GROUPS, `couldn't find all security groups: ${missing.join(", ")}`);
  return named.map((nameOrId, index) => found[index]?.id ?? nameOrId);
}

/** Per port of the Service: its source ranges, then its prefix lists. */
function buildIngress(build: ServiceBuild, ipAddressType: string): ManagedSecurityGroup["ingress"] {
  const prefixLists = readList(build, "aws-load-balancer-security-group-prefix-lists");
  const { cidrs: ranges, path } = readSourceRanges(build);
  const isDualStack = ipAddressType === "dualstack";
  for (const range of ranges.filter((cidr) => cidr.includes(":") && !isDualStack))
    report(build, path, `unsupported v6 cidr ${range} when lb is not dualstack`);
  const everywhere = isDualStack ? ["0.0.0.0/0", "::/0"] : ["0.0.0.0/0"];
  const cidrs = ranges.length === 0 && prefixLists === undefined ? everywhere : ranges;
  const ofPorts = (build.service.spec.ports ?? []).flatMap(({ port, protocol = "TCP" }) =>
    [...cidrs, ...(prefixLists ?? [])].map((source) => ({ protocol: protocol.toLowerCase(), port, source })),
  );
  const discoversPathMtu = readText(build, "aws-load-balancer-enable-icmp-for-path-mtu-discovery") === "on";
  return discoversPathMtu ? [...ofPorts, ...cidrs.map((source) => ({ ...(source.includes(":") ? ICMP_V6 : ICMP_V4), source }))] : ofPorts;
}
