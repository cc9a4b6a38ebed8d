import {
  apiVersionOf,
  kindNamed,
  type Listener,
  type LoadBalancer,
  type Rule,
  type TargetGroup,
  type TargetGroupBinding,
} from "@loopway/model";
import { buildListener, listenerName } from "./build-listener.ts";
import { buildLoadBalancer } from "./build-load-balancer.ts";
import { type BuiltRule, buildRules } from "./build-rules.ts";
import { buildListenPorts, type ListenPort } from "./listen-ports.ts";
import { AWS_NAMESPACE } from "./names.ts";
import { optimizeRules } from "./optimize-rules.ts";
import { originAnnotation, type StackBuild } from "./stack-build.ts";
import { type StackMember, stampStack } from "./stamp-stack.ts";
import { reportUnreadSettings } from "./unread-settings.ts";

export interface Stack {
  /** Without status. */
  loadBalancer: LoadBalancer;
  /** Target groups, listeners, rules. */
  members: StackMember[];
  bindings: TargetGroupBinding[];
  listenPorts: ListenPort[];
}

/**
 * The whole stack of an IngressGroup, in the order of the real controller (pkg/ingress/model_builder.go): listen-ports of all members, load
 * balancer, then each listener with its rules. Undefined where a problem is an error: the group then stays as it is.
 */
export function buildStack(build: StackBuild): Stack | undefined {
  const listenPorts = buildListenPorts(build);
  const loadBalancer = buildLoadBalancer(build);
  const listeners =
    loadBalancer === undefined ? [] : listenPorts.flatMap((listenPort) => buildOneListener(build, loadBalancer, listenPort));
  reportUnreadSettings(build);
  if (loadBalancer === undefined || build.problems.some(({ severity }) => severity === "error")) return undefined;
  const targetGroups = [...build.targetGroups.values()].filter((entry) => entry !== undefined);
  const members = [...targetGroups.map(({ targetGroup }): TargetGroup => targetGroup), ...listeners];
  return { ...stampStack(loadBalancer, members), bindings: targetGroups.map(({ binding }) => binding), listenPorts };
}

function buildOneListener(build: StackBuild, loadBalancer: LoadBalancer, listenPort: ListenPort): (Listener | Rule)[] {
  const listener = buildListener(build, loadBalancer, listenPort);
  const rules = optimizeRules(buildRules(build, listenPort.ingresses), listenPort);
  const listenerOfRules = listenerName(loadBalancer, listenPort.listenerPort);
  return [...(listener === undefined ? [] : [listener]), ...rules.map((rule, index) => numbered(rule, listenerOfRules, index + 1))];
}

/** Priorities are 1..N without gaps. */
function numbered({ place, conditions, actions }: BuiltRule, listener: string, priority: number): Rule {
  return {
    apiVersion: apiVersionOf(kindNamed("Rule")),
    kind: "Rule",
    metadata: { name: `${listener}-${priority}`, namespace: AWS_NAMESPACE, annotations: originAnnotation(place) },
    spec: { listenerRef: { from: { name: listener, namespace: AWS_NAMESPACE } }, priority, conditions, actions },
  };
}
