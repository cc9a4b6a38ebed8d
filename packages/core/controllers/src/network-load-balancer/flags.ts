import { type ControllerFlags, defaultFlags } from "../load-balancer/flags.ts";

/** With the flags and feature gates of the Load Balancer Controller that only a Service feels. Source: its docs/deploy/configurations.md. */
export interface ServiceFlags extends ControllerFlags {
  loadBalancerClass: string;
  /** Targets take traffic at every port, not only at their own. */
  disableRestrictedSecurityGroupRules: boolean;
  gates: {
    nlbSecurityGroup: boolean;
    serviceTypeLoadBalancerOnly: boolean;
    enableIpTargetType: boolean;
    enableTcpUdpListener: boolean;
    nlbHealthCheckAdvancedConfiguration: boolean;
    weightedTargetGroups: boolean;
    lbCapacityReservation: boolean;
  };
}

export const defaultServiceFlags: ServiceFlags = {
  ...defaultFlags,
  loadBalancerClass: "service.k8s.aws/nlb",
  disableRestrictedSecurityGroupRules: false,
  gates: {
    nlbSecurityGroup: true,
    serviceTypeLoadBalancerOnly: false,
    enableIpTargetType: true,
    enableTcpUdpListener: false,
    nlbHealthCheckAdvancedConfiguration: true,
    weightedTargetGroups: true,
    lbCapacityReservation: true,
  },
};
