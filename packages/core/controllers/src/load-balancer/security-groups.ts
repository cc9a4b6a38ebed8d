// security-groups, manage-backend-security-group-rules, and the group that the controller makes where none is given
// (pkg/ingress/model_build_load_balancer.go, model_build_managed_sg.go).
import { readBoolean } from "./annotations.ts";
import { agreedList, annotatedLists, memberSettings, onlyAnnotated } from "./group-settings.ts";
import { isDualStack } from "./ip-address-type.ts";
import type { ListenPort } from "./listen-ports.ts";
import { managedSecurityGroupName, securityGroupId } from "./names.ts";
import { reportToGroup, type StackBuild } from "./stack-build.ts";

/** elbv2's firewall in front of one load balancer. No hop enforces it; plans show it. */
export interface ManagedSecurityGroup {
  id: string;
  name: string;
  description: string;
  /** Of TCP; one source each. */
  ingress: { fromPort: number; toPort: number; cidr?: string; prefixList?: string }[];
}

export interface SecurityGroups {
  ids: string[];
  managed?: ManagedSecurityGroup;
}

export function buildSecurityGroups(build: StackBuild, listenPorts: readonly ListenPort[], ipAddressType: string): SecurityGroups {
  const { enableBackendSecurityGroup, backendSecurityGroup } = build.flags;
  const explicit = agreedSecurityGroups(build, "security-groups");
  if (explicit.length === 0) {
    const managed = buildManaged(build, listenPorts, ipAddressType);
    return { ids: [managed.id, ...(enableBackendSecurityGroup ? [backendSecurityGroup] : [])], managed };
  }
  if (!managesBackendRules(build)) return { ids: explicit };
  if (!enableBackendSecurityGroup)
    reportToGroup(build)("backendSG feature is required to manage worker node SG rules when frontendSG manually specified");
  return { ids: [...explicit, backendSecurityGroup] };
}

/** Order counts: it is the same setting only in the same order. */
export function agreedSecurityGroups(build: StackBuild, suffix: string): string[] {
  return agreedList(build, annotatedLists(build, suffix), { title: "securityGroups", isOrdered: true }) ?? [];
}

function managesBackendRules(build: StackBuild): boolean {
  const settings = memberSettings(build, onlyAnnotated, (ingress) =>
    readBoolean("manage-backend-security-group-rules", [ingress.metadata.annotations], reportToGroup(build)),
  );
  const values = new Set(settings.map(({ value }) => value));
  if (values.size > 1) reportToGroup(build)("conflicting manage backend security group rules settings");
  const [value = build.flags.enableManageBackendSecurityGroupRules] = values;
  return value;
}

function buildManaged({ groupId, flags }: StackBuild, listenPorts: readonly ListenPort[], ipAddressType: string): ManagedSecurityGroup {
  const name = managedSecurityGroupName(groupId, flags.clusterName);
  const ingress = listenPorts.flatMap(({ listenerPort, inboundCidrs, prefixLists }) => {
    const ports = { fromPort: listenerPort, toPort: listenerPort };
    const cidrs = inboundCidrs.filter((cidr) => !cidr.includes(":") || isDualStack(ipAddressType));
    return [...cidrs.map((cidr) => ({ ...ports, cidr })), ...prefixLists.map((prefixList) => ({ ...ports, prefixList }))];
  });
  return { id: securityGroupId(name), name, description: "[k8s] Managed SecurityGroup for LoadBalancer", ingress };
}
