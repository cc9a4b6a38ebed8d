import { formatTimestamp } from "@loopway/kube";
import { ACCOUNT_ID, type LoadBalancer, REGION, type TargetGroup } from "@loopway/model";
import { loadBalancerArn, loadBalancerDnsName, networkLoadBalancerArn, networkLoadBalancerDnsName, targetGroupArn } from "./names.ts";

/** Route 53's hosted zone of every Application Load Balancer in us-east-1: AWS General Reference, "Elastic Load Balancing endpoints". */
export const ALB_HOSTED_ZONE_ID = "Z35SXDOTRQ7X7K";
/** The same of every Network Load Balancer. */
export const NLB_HOSTED_ZONE_ID = "Z26RNL4JYFTOTI";

type Status = NonNullable<LoadBalancer["status"]>;

/** `now` in milliseconds counts only for a load balancer that was not there before. */
export function loadBalancerStatus(
  { spec }: LoadBalancer,
  zones: NonNullable<Status["availabilityZones"]>,
  { now, stored }: { now: number; stored: LoadBalancer | undefined },
): Status {
  const isNetwork = spec.type === "network";
  return {
    ...stored?.status,
    ackResourceMetadata: resourceMetadata(isNetwork ? networkLoadBalancerArn(spec.name) : loadBalancerArn(spec.name)),
    dnsName: isNetwork ? networkLoadBalancerDnsName(spec.name) : loadBalancerDnsName(spec.name, spec.scheme),
    canonicalHostedZoneID: isNetwork ? NLB_HOSTED_ZONE_ID : ALB_HOSTED_ZONE_ID,
    state: { code: "active" },
    availabilityZones: zones,
    createdTime: stored?.status?.createdTime ?? formatTimestamp(now),
  };
}

/** Keeps the health that the load balancer's hop reports. */
export function targetGroupStatus({ spec }: TargetGroup, stored: TargetGroup | undefined): NonNullable<TargetGroup["status"]> {
  return { ...stored?.status, ackResourceMetadata: resourceMetadata(targetGroupArn(spec.name)) };
}

function resourceMetadata(arn: string): { arn: string; ownerAccountID: string; region: string } {
  return { arn, ownerAccountID: ACCOUNT_ID, region: REGION };
}
