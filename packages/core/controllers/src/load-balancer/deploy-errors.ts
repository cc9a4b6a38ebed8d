// What AWS says where it refuses a load balancer that the controller has built.
import type { LoadBalancer } from "@loopway/model";

/** AWS: CreateLoadBalancer, DuplicateLoadBalancerName. */
export function duplicateName({ spec }: LoadBalancer): string {
  return `DuplicateLoadBalancerName: A load balancer with the same name '${spec.name}' exists, but with different settings`;
}

/** elbv2 CreateLoadBalancer, ResourceInUse: an elastic IP that another load balancer has. */
export const ALLOCATION_IN_USE = "ResourceInUse: The allocation IDs are not available for use";

/** elbv2 CreateLoadBalancer, AllocationIdNotFound; the words after the code are not documented. */
export function allocationNotFound(id: string): string {
  return `AllocationIdNotFound: The allocation ID '${id}' does not exist`;
}

/** ec2, InvalidIPAddress.InUse; how elbv2 passes it on is not documented. */
export function addressInUse(address: string): string {
  return `InvalidIPAddress.InUse: Address ${address} is in use.`;
}

export function noAddressLeft(subnetId: string): string {
  return `InvalidSubnet: Not enough IP space available in ${subnetId}. ELB requires at least 8 free IP addresses in each subnet.`;
}
