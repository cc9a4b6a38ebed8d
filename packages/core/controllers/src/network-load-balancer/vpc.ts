import { type AddressPlan, AVAILABILITY_ZONES } from "@loopway/model";

export interface Subnet {
  id: string;
  /** Its tag Name. */
  name?: string;
  availabilityZone: string;
  /** Undefined for one of which only the user's annotation tells. */
  cidr?: string;
  ipv6Cidrs: readonly string[];
}

/** What the controller asks EC2 for. */
export interface Vpc {
  id: string;
  /** Where there is nothing but what is listed. Else whatever an annotation names counts as there: the user's account is not ours to see. */
  isComplete: boolean;
  cidrs: { ipv4: readonly string[]; ipv6: readonly string[] };
  subnets: readonly Subnet[];
  /** `name` is the tag Name. */
  securityGroups: readonly { id: string; name?: string }[];
  /** Calls that AWS refuses, with its error, as where the controller's role lacks a permission. */
  refusedCalls: Partial<Record<AwsCall, string>>;
}

export type AwsCall = "DescribeLoadBalancers" | "DescribeSecurityGroups" | "DescribeSubnets" | "DescribeVpcs";

/** The VPC of an instance of Loopway: a subnet per availability zone, no IPv6. */
export function vpcOf({ vpc }: AddressPlan): Vpc {
  return {
    id: "vpc-00000000000000000",
    isComplete: false,
    cidrs: { ipv4: [`${vpc}.0.0/16`], ipv6: [] },
    subnets: AVAILABILITY_ZONES.map(({ name, subnet, subnetId }) => ({
      id: subnetId,
      availabilityZone: name,
      cidr: `${vpc}.${subnet}.0/24`,
      ipv6Cidrs: [],
    })),
    securityGroups: [],
    refusedCalls: {},
  };
}
