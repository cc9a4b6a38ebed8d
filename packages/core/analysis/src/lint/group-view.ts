// One IngressGroup as the rules read it: its load balancer, listeners and rules in order, each rule beside the place it comes from.
import type { SurveyedGroup } from "@loopway/controllers";
import {
  type Action,
  type Ingress,
  type Listener,
  objectKey,
  parseOrigin,
  type Rule,
  type TargetGroup,
  type TargetGroupBinding,
} from "@loopway/model";
import type { Spot } from "./rule.ts";

export interface RuleView extends Spot {
  object: Ingress;
  rule: Rule;
}

export interface ListenerView {
  listener: Listener;
  listenerPort: number;
  protocol: string;
  /** Whose rules stand here. */
  ingresses: readonly Ingress[];
  /** In order of priority. */
  rules: readonly RuleView[];
  /** Its default action sends every request to HTTPS; it has no rules. */
  isRedirected: boolean;
}

export interface TargetGroupView extends Spot {
  object: Ingress;
  targetGroup: TargetGroup;
  binding: TargetGroupBinding;
}

export interface GroupView {
  id: string;
  members: readonly Ingress[];
  listeners: readonly ListenerView[];
  targetGroups: readonly TargetGroupView[];
  loadBalancerAttributes: Readonly<Record<string, string>>;
}

/** @param group with a stack */
export function viewGroup({ id, members, stack }: SurveyedGroup): GroupView {
  const ingressByKey = new Map(members.map((ingress) => [objectKey(ingress), ingress]));
  const placed = <T extends { metadata: { annotations?: Record<string, string> } }>(made: T): (Spot & { object: Ingress }) | undefined => {
    const origin = parseOrigin(made.metadata.annotations);
    const object = origin === undefined ? undefined : ingressByKey.get(`${origin.namespace}/${origin.name}`);
    return origin === undefined || object === undefined ? undefined : { object, path: origin.pointer };
  };
  const all = stack?.members ?? [];
  const rules = all.flatMap((member) => {
    const place = member.kind === "Rule" ? placed(member) : undefined;
    return member.kind === "Rule" && place !== undefined ? [{ ...place, rule: member }] : [];
  });
  const listeners = all.flatMap((member): ListenerView[] => {
    if (member.kind !== "Listener") return [];
    const { port, protocol, defaultActions } = member.spec;
    const own = rules.filter(({ rule }) => rule.spec.listenerRef.from.name === member.metadata.name);
    const ingresses = stack?.listenPorts.find(({ listenerPort }) => listenerPort === port)?.ingresses ?? [];
    const isRedirected = protocol === "HTTP" && own.length === 0 && defaultActions.some(redirectsToHttps);
    return [{ listener: member, listenerPort: port, protocol, ingresses, rules: own, isRedirected }];
  });
  const targetGroups = all.flatMap((member): TargetGroupView[] => {
    if (member.kind !== "TargetGroup") return [];
    const place = placed(member);
    const binding = stack?.bindings.find(({ metadata }) => metadata.name === member.metadata.name);
    return place === undefined || binding === undefined ? [] : [{ ...place, targetGroup: member, binding }];
  });
  const attributes = stack?.loadBalancer.spec.attributes ?? [];
  return {
    id,
    members,
    listeners,
    targetGroups,
    loadBalancerAttributes: Object.fromEntries(attributes.map(({ key, value }) => [key, value])),
  };
}

function redirectsToHttps({ type, redirectConfig }: Action): boolean {
  return type === "redirect" && redirectConfig?.protocol === "HTTPS";
}
