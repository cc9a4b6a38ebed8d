/** Ingresses and what stands behind them, as a user would apply them. */
import type { Controller } from "@loopway/kube";
import type { Action, Ingress, IngressBackend, IngressClass, Listener, Node, Rule, RuleCondition, TargetGroup } from "@loopway/model";
import { NAMESPACE, service } from "../objects.ts";
import { createWorld, type World } from "../world.ts";

export const ALB = "alb.ingress.kubernetes.io";

export const albClass: IngressClass = {
  apiVersion: "networking.k8s.io/v1",
  kind: "IngressClass",
  metadata: { name: "alb" },
  spec: { controller: "ingress.k8s.aws/alb" },
};

export function backend(name: string, port: number | string = 80): IngressBackend {
  return { service: { name, port: typeof port === "number" ? { number: port } : { name: port } } };
}

export type Path = [path: string, pathType: string | undefined, backend: IngressBackend];

export function rule(host: string | undefined, ...paths: Path[]) {
  return {
    ...(host === undefined ? {} : { host }),
    http: { paths: paths.map(([path, pathType, to]) => ({ path, ...(pathType === undefined ? {} : { pathType }), backend: to })) },
  };
}

/** Of class alb by annotation. `annotations` without their prefix. */
export function ingress(name: string, spec: NonNullable<Ingress["spec"]>, annotations: Record<string, string> = {}): Ingress {
  const prefixed = Object.fromEntries(Object.entries(annotations).map(([suffix, value]) => [`${ALB}/${suffix}`, value]));
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name, namespace: NAMESPACE, annotations: { "kubernetes.io/ingress.class": "alb", ...prefixed } },
    spec,
  };
}

/** A nodePort Service, so that instance targets work strictly too. */
export function nodePortService(name: string, nodePort: number) {
  return service(name, { type: "NodePort", ports: [{ name: "http", port: 80, targetPort: 8080, nodePort }] });
}

export function readyNode(name: string, instanceId: string, changes: Partial<Node> = {}): Node {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name },
    spec: { providerID: `aws:///us-east-1a/${instanceId}` },
    status: { conditions: [{ type: "Ready", status: "True" }] },
    ...changes,
  };
}

export function settledWorld(
  controllers: readonly Controller[],
  { strict }: { strict: boolean },
  ...objects: Parameters<World["create"]>
): World {
  const world = createWorld(controllers);
  world.settings.strict = strict;
  world.create(albClass, ...objects);
  world.settle();
  return world;
}

/** "80 1: host api.example.com, path /a | /a/* → orders:80" for every rule, and "80 default → 404" for every listener. */
export function ruleLines(world: World): string[] {
  const listeners = world
    .list<Listener>("Listener")
    .map(({ spec }) => `${spec.port} default → ${spec.defaultActions.map(actionText(world))}`);
  const rules = world.list<Rule>("Rule").map(({ spec }) => {
    const listenerPort = spec.listenerRef.from.name.split("-").at(-1);
    return `${listenerPort} ${spec.priority}: ${spec.conditions.map(conditionText).join(", ")} → ${spec.actions.map(actionText(world))}`;
  });
  return [...listeners, ...rules].sort((left, right) => left.localeCompare(right, "en", { numeric: true }));
}

function conditionText({ hostHeaderConfig, pathPatternConfig }: RuleCondition): string {
  return hostHeaderConfig === undefined ? `path ${pathPatternConfig?.values?.join(" | ")}` : `host ${hostHeaderConfig.values?.join(" | ")}`;
}

function actionText(world: World) {
  return ({ type, fixedResponseConfig, redirectConfig, forwardConfig }: Action): string => {
    if (type === "fixed-response") return [fixedResponseConfig?.statusCode, fixedResponseConfig?.messageBody].filter(Boolean).join(" ");
    if (type === "redirect") return `${redirectConfig?.statusCode} ${JSON.stringify({ ...redirectConfig, statusCode: undefined })}`;
    const names = forwardConfig?.targetGroups.map(({ targetGroupRef, weight }) => {
      const resource = world.get<TargetGroup>("TargetGroup", targetGroupRef.from.name, targetGroupRef.from.namespace)?.spec.tags;
      const id = resource?.find(({ key }) => key === "ingress.k8s.aws/resource")?.value ?? targetGroupRef.from.name;
      return `${id.slice(id.indexOf("/") + 1)}${weight === undefined ? "" : ` ×${weight}`}`;
    });
    return names?.join(" + ") ?? "nothing";
  };
}
