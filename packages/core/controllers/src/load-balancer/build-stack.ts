import {
  apiVersionOf,
  kindNamed,
  type Listener,
  type LoadBalancer,
  type Rule,
  type TargetGroup,
  type TargetGroupBinding,
} from "@loopway/model";
import { type AddOns, buildAddOns } from "./add-ons.ts";
import { buildListener, type ListenerParts, listenerName } from "./build-listener.ts";
import { buildLoadBalancer } from "./build-load-balancer.ts";
import { type BuiltRule, buildRules } from "./build-rules.ts";
import { buildFrontendNlb, type FrontendNlb } from "./frontend-nlb.ts";
import { unlessEmpty } from "./key-values.ts";
import { buildListenPorts, type ListenPort } from "./listen-ports.ts";
import { AWS_NAMESPACE } from "./names.ts";
import { optimizeRules } from "./optimize-rules.ts";
import type { RequestedCertificate } from "./request-certificate.ts";
import type { ManagedSecurityGroup } from "./security-groups.ts";
import { buildSslRedirect } from "./ssl-redirect.ts";
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
  /** Absent where the group brings its own. */
  securityGroup?: ManagedSecurityGroup;
  addOns: AddOns;
  /** Asked of ACM, by resource id; in the model only. */
  certificates: ReadonlyMap<string, RequestedCertificate>;
  /** Absent where the group asks for none. */
  frontend?: FrontendNlb;
}

/**
 * The whole stack of an IngressGroup, in the order of the real controller (pkg/ingress/model_builder.go): listen-ports of all members, load
 * balancer, then each listener with its rules, then what stands in front. Undefined where a problem is an error: the group then stays as it is.
 */
export function buildStack(build: StackBuild): Stack | undefined {
  const listenPorts = buildListenPorts(build);
  const built = buildLoadBalancer(build, listenPorts);
  const sslRedirect = buildSslRedirect(build, listenPorts);
  const listeners =
    built === undefined
      ? []
      : listenPorts.flatMap((listenPort) => buildOneListener(build, { loadBalancer: built.loadBalancer, listenPort, sslRedirect }));
  const addOns = buildAddOns(build);
  const frontend = built === undefined ? undefined : buildFrontendNlb(build, built.loadBalancer, listenPorts);
  reportUnreadSettings(build);
  if (built === undefined || build.problems.some(({ severity }) => severity === "error")) return undefined;
  const targetGroups = [...build.targetGroups.values()].filter((entry) => entry !== undefined);
  const members = [...targetGroups.map(({ targetGroup }): TargetGroup => targetGroup), ...listeners];
  const bindings = targetGroups.map(({ binding }) => binding);
  const { loadBalancer, ...securityGroup } = built;
  return {
    ...stampStack(loadBalancer, members),
    ...securityGroup,
    bindings,
    listenPorts,
    addOns,
    certificates: build.certificates,
    ...(frontend === undefined ? {} : { frontend }),
  };
}

function buildOneListener(build: StackBuild, parts: ListenerParts): (Listener | Rule)[] {
  const { loadBalancer, listenPort, sslRedirect } = parts;
  const listener = buildListener(build, parts);
  // Its default action redirects everything.
  const isRedirected = sslRedirect !== undefined && listenPort.protocol === "HTTP";
  const rules = isRedirected ? [] : optimizeRules(buildRules(build, listenPort), listenPort);
  const listenerOfRules = listenerName(loadBalancer, listenPort.listenerPort);
  return [...(listener === undefined ? [] : [listener]), ...rules.map((rule, index) => numbered(rule, listenerOfRules, index + 1))];
}

/** Priorities are 1..N without gaps. */
function numbered({ place, conditions, actions, transforms, tags }: BuiltRule, listener: string, priority: number): Rule {
  return {
    apiVersion: apiVersionOf(kindNamed("Rule")),
    kind: "Rule",
    metadata: { name: `${listener}-${priority}`, namespace: AWS_NAMESPACE, annotations: originAnnotation(place) },
    spec: {
      listenerRef: { from: { name: listener, namespace: AWS_NAMESPACE } },
      priority,
      conditions,
      actions,
      ...unlessEmpty("transforms", transforms),
      ...unlessEmpty("tags", tags),
    },
  };
}
