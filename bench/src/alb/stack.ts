import { type KubeObject, STACK_CHECKSUM_ANNOTATION, STACK_LABEL, STACK_MEMBER_ANNOTATION } from "@loopway/model";
import { buildWorkload } from "../matcher/workload.ts";
import { objectOf } from "../product/api.ts";

export const LISTENER_PORT = 8080;
const namespace = "kube-system";
/** Any hash will do, as long as the members' add up to the load balancer's. */
const MEMBER_HASH = 1;

interface Stack {
  loadBalancer: KubeObject;
  members: KubeObject[];
}

/** The objects of one load balancer with the rules of a load; every rule forwards to the backend, the rest is 404. */
export function buildStack({ load, name, backendPort }: { load: string; name: string; backendPort: number }): Stack {
  const member = (kind: string, memberName: string, spec: unknown): KubeObject => {
    const marks = { labels: { [STACK_LABEL]: name }, annotations: { [STACK_MEMBER_ANNOTATION]: hex(MEMBER_HASH) } };
    return objectOf({ kind, metadata: { name: memberName, namespace, ...marks }, spec });
  };
  const actions = [{ type: "forward", forwardConfig: { targetGroups: [{ targetGroupRef: { from: { name } } }] } }];
  const notFound = [{ type: "fixed-response", fixedResponseConfig: { statusCode: "404", contentType: "text/plain" } }];
  const listener = `${name}-${LISTENER_PORT}`;
  const targets = [{ id: "127.0.0.1", port: backendPort }];
  const members = [
    member("TargetGroup", name, { name, targetType: "ip", protocol: "HTTP", port: backendPort, targets }),
    member("Listener", listener, {
      loadBalancerRef: { from: { name } },
      port: LISTENER_PORT,
      protocol: "HTTP",
      defaultActions: notFound,
    }),
    ...buildWorkload(load).rules.map(({ priority, conditions }) =>
      member("Rule", `${listener}-${priority}`, { listenerRef: { from: { name: listener } }, priority, conditions, actions }),
    ),
  ];
  const loadBalancer = objectOf({
    kind: "LoadBalancer",
    metadata: { name, namespace, annotations: { [STACK_CHECKSUM_ANNOTATION]: hex(MEMBER_HASH * members.length) } },
    spec: { name, type: "application", scheme: "internet-facing" },
  });
  return { loadBalancer, members };
}

function hex(word: number): string {
  return word.toString(16).padStart(8, "0");
}
