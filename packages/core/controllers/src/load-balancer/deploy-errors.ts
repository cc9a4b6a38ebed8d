// What AWS says where it refuses a load balancer that the controller has built.
import type { LoadBalancer } from "@loopway/model";

/** AWS: CreateLoadBalancer, DuplicateLoadBalancerName. */
export function duplicateName({ spec }: LoadBalancer): string {
  return `DuplicateLoadBalancerName: A load balancer with the same name '${spec.name}' exists, but with different settings`;
}

export function noAddressLeft(subnetId: string): string {
  return `InvalidSubnet: Not enough IP space available in ${subnetId}. ELB requires at least 8 free IP addresses in each subnet.`;
}
