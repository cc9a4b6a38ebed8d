import { AWS_NAMESPACE } from "@loopway/controllers";
import type { Listener, Rule, TargetGroup } from "@loopway/model";
import type { LoadBalancerTable } from "@loopway/routing";
import { type Answer, backendReader, readAnswer } from "./diff/answer.ts";
import type { Settled } from "./settled.ts";

/** With `key`: equal ones no user can tell apart. */
export type ComparedAnswer = ReturnType<typeof readAnswer>;

/** One load balancer as its manifests make it: what it decides, and which Services are behind that. */
export interface Routes {
  table: LoadBalancerTable;
  /** "namespace/name" of an Ingress on its own, or the name of an explicit group. */
  groupId: string;
  /** By name of the rule; by name of the listener that of its default action. */
  answers: ReadonlyMap<string, ComparedAnswer>;
  /** "namespace/service:port" by the name of a target group. */
  serviceByGroup: ReadonlyMap<string, string>;
  /** Target groups with nothing registered: 503. */
  emptyGroups: ReadonlySet<string>;
}

export function routesOf({ snapshot, loadBalancers }: Settled): Routes[] {
  const backendOf = backendReader(snapshot);
  const inAws = { namespace: AWS_NAMESPACE };
  const rules = snapshot.list<Rule>("Rule", inAws).map(({ metadata, spec }) => [metadata.name, spec.actions, spec.transforms] as const);
  const listeners = snapshot.list<Listener>("Listener", inAws).map(({ metadata, spec }) => [metadata.name, spec.defaultActions] as const);
  const answers = new Map(
    [...rules, ...listeners].map(([name, actions, transforms = []]) => [name, readAnswer(actions, transforms, backendOf)]),
  );
  const groups = snapshot.list<TargetGroup>("TargetGroup", inAws);
  const serviceByGroup = new Map(groups.map(({ metadata: { name } }) => [name, backendOf(name).service]));
  const emptyGroups = new Set(groups.filter(({ spec }) => (spec.targets ?? []).length === 0).map(({ metadata }) => metadata.name));
  return loadBalancers.map(({ table, groupId }) => ({ table, groupId, answers, serviceByGroup, emptyGroups }));
}

/** Of a listener's rule or, without one, of its default action. */
export function answerOf({ answers }: Routes, name: string): ComparedAnswer {
  return answers.get(name) ?? { shown: { routing: { kind: "none" }, rewrites: [] }, key: "" };
}

/** "namespace/service:port" of each Service that the answer may come from. */
export function servicesOf({ routing }: Answer): string[] {
  return routing.kind === "forward" ? routing.backends.map(({ service }) => service) : [];
}
