/** The Load Balancer Controller's command-line flags, at their defaults. Source: its docs/deploy/configurations.md. */
export const flags = {
  defaultTargetType: "instance",
  defaultLoadBalancerScheme: "internal",
  tolerateNonExistentBackendService: true,
  tolerateNonExistentBackendAction: true,
} as const;
