import type { ControllerSettings } from "@loopway/kube";
import { type ControllerFlags, defaultFlags, flagsOf } from "../load-balancer/flags.ts";

export const LOAD_BALANCER_CLASS = "service.k8s.aws/nlb";

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
  loadBalancerClass: LOAD_BALANCER_CLASS,
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

/** Those of an instance of Loopway. */
export function serviceFlagsOf(settings: ControllerSettings): ServiceFlags {
  const flags = flagsOf(settings);
  const { gates } = defaultServiceFlags;
  return { ...defaultServiceFlags, ...flags, gates: { ...gates, nlbSecurityGroup: flags.features.networkSecurityGroups } };
}
