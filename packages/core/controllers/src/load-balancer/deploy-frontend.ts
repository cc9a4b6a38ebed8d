// The network load balancer in front of a group's own, as objects: a stack of its own, called after its load balancer.
import type { ElasticIPAddress, KubeObject, SecurityGroup } from "@loopway/model";
import type { Stack } from "./build-stack.ts";
import { completeTargetGroups } from "./complete-target-group.ts";
import { type Provisioned, provision } from "./provision.ts";
import { securityGroupObject } from "./security-group-object.ts";
import type { StackBuild } from "./stack-build.ts";
import { stampStack } from "./stamp-stack.ts";

export type DeployedFrontend =
  | { kind: "provisioned"; objects: KubeObject[]; elasticIPs: ElasticIPAddress[]; dnsName: string | undefined }
  | Extract<Provisioned, { kind: "failed" }>;

/** Its target groups come with their one target, which no binding registers. */
export function deployFrontend(
  { frontend, securityGroup }: Pick<Stack, "frontend" | "securityGroup">,
  build: StackBuild,
  when: { now: number; given: readonly string[] },
): DeployedFrontend {
  if (frontend === undefined) return { kind: "provisioned", objects: [], elasticIPs: [], dnsName: undefined };
  const group = ownGroup(frontend.loadBalancer.spec.securityGroups ?? [], securityGroup, frontend.loadBalancer.metadata.annotations ?? {});
  const { loadBalancer, members } = stampStack(frontend.loadBalancer, [...group, ...frontend.targetGroups, ...frontend.listeners]);
  const provisioned = provision(loadBalancer, build, when);
  if (provisioned.kind === "failed") return provisioned;
  const { status } = provisioned.loadBalancer;
  return {
    kind: "provisioned",
    objects: [...completeTargetGroups(members, [], build), provisioned.loadBalancer],
    elasticIPs: provisioned.elasticIPs,
    dnsName: status.dnsName,
  };
}

/** That of the load balancer behind, where the frontend has it too. Behind it no hop looks at it, so that it is an object for the frontend only. */
function ownGroup(ids: readonly string[], managed: Stack["securityGroup"], annotations: Record<string, string>): SecurityGroup[] {
  if (managed === undefined || !ids.includes(managed.id)) return [];
  const { id, name, description, ingress } = managed;
  const sources = ingress.map(({ fromPort, toPort, cidr, prefixList }) => ({
    protocol: "tcp",
    fromPort,
    toPort,
    source: cidr ?? prefixList ?? "",
  }));
  return [securityGroupObject({ id, name, description, sources, annotations })];
}
