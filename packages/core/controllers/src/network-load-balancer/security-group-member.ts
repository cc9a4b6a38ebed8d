import type { SecurityGroup, Service } from "@loopway/model";
import { securityGroupObject } from "../load-balancer/security-group-object.ts";
import type { NetworkLoadBalancerStack } from "./build-stack.ts";
import { originAnnotation } from "./service-build.ts";
import { readSourceRanges } from "./source-ranges.ts";

/** As a member of the stack. None where the user names security groups, whose rules are his own, or wants none. */
export function securityGroupMember({ securityGroup }: NetworkLoadBalancerStack, service: Service): SecurityGroup[] {
  if (securityGroup === undefined) return [];
  const { ingress, ...group } = securityGroup;
  const { cidrs, path } = readSourceRanges({ service });
  const sources = ingress.map(({ protocol, port, toPort = port, source }) => ({ protocol, fromPort: port, toPort, source }));
  return [securityGroupObject({ ...group, sources, annotations: originAnnotation({ service }, cidrs.length === 0 ? "" : path) })];
}
