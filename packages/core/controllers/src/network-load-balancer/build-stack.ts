import type { Snapshot } from "@loopway/kube";
import type { Listener, LoadBalancer, Problem, Service, TargetGroup, TargetGroupBinding } from "@loopway/model";
import { buildListeners } from "./build-listener.ts";
import { buildLoadBalancer } from "./build-load-balancer.ts";
import type { ServiceFlags } from "./flags.ts";
import type { ManagedSecurityGroup } from "./security-groups.ts";
import type { ServiceBuild } from "./service-build.ts";
import { isTaken, reportProtection } from "./taken.ts";
import type { Vpc } from "./vpc.ts";

export interface NetworkLoadBalancerStack {
  /** Without status. */
  loadBalancer: LoadBalancer;
  /** In the order of the Service's ports. */
  listeners: Listener[];
  targetGroups: TargetGroup[];
  bindings: TargetGroupBinding[];
  /** Absent where the user names security groups, or wants none. */
  securityGroup?: ManagedSecurityGroup;
}

/** `not-taken`: the controller leaves the Service to others, or it is going away. `refused`: the first problem is the real one's. */
export type NetworkLoadBalancerBuild =
  | { kind: "not-taken" }
  | { kind: "refused"; problems: Problem[] }
  | { kind: "built"; stack: NetworkLoadBalancerStack };

export interface Surroundings {
  snapshot: Snapshot;
  flags: ServiceFlags;
  vpc: Vpc;
}

/**
 * What the AWS Load Balancer Controller would make of a Service (pkg/service/model_builder.go): a network load balancer, a listener per port,
 * a target group per port, or its refusal in its own words.
 */
export function buildNetworkLoadBalancer(service: Service, surroundings: Surroundings): NetworkLoadBalancerBuild {
  const build: ServiceBuild = { service, ...surroundings, problems: [], targetGroups: new Map() };
  const { problems } = build;
  if (!isTaken(build)) {
    reportProtection(build);
    return problems.length > 0 ? { kind: "refused", problems } : { kind: "not-taken" };
  }
  const built = buildLoadBalancer(build);
  const listeners = built === undefined ? [] : buildListeners(build, built.frontend);
  if (built === undefined || problems.length > 0) return { kind: "refused", problems };
  const { loadBalancer, securityGroup } = built;
  const targetGroups = [...build.targetGroups.values()].filter((entry) => entry !== undefined);
  const stack = {
    loadBalancer,
    listeners,
    targetGroups: targetGroups.map(({ targetGroup }) => targetGroup),
    bindings: targetGroups.map(({ binding }) => binding),
    ...(securityGroup === undefined ? {} : { securityGroup }),
  };
  return { kind: "built", stack };
}
