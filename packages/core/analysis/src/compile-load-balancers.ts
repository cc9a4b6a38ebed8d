import { AWS_NAMESPACE, groupOf, loadGroup } from "@loopway/controllers";
import type { Snapshot } from "@loopway/kube";
import { type KubeObject, type Listener, type LoadBalancer, type Problem, type Rule, STACK_LABEL, type TargetGroup } from "@loopway/model";
import { type CompileRegex, compileStack } from "@loopway/routing";
import type { SettledLoadBalancer } from "./settled.ts";

/** Every Application Load Balancer's table; HTTPS listeners are in it, though no hop serves them yet. */
export function compileLoadBalancers(
  snapshot: Snapshot,
  compileRegex: CompileRegex | undefined,
): { loadBalancers: SettledLoadBalancer[]; problems: Problem[] } {
  const listeners = byStack<Listener>("Listener", snapshot);
  const rules = byStack<Rule>("Rule", snapshot);
  const targetGroups = byStack<TargetGroup>("TargetGroup", snapshot);
  const problems: Problem[] = [];
  const applications = snapshot
    .list<LoadBalancer>("LoadBalancer", { namespace: AWS_NAMESPACE })
    .filter(({ spec }) => spec.type === "application");
  const loadBalancers = applications.map((loadBalancer) => {
    const { name } = loadBalancer.metadata;
    const stack = {
      loadBalancer,
      listeners: listeners.get(name) ?? [],
      rules: rules.get(name) ?? [],
      targetGroups: targetGroups.get(name) ?? [],
    };
    const compiled = compileStack(stack, { compileRegex, serves: { https: true } });
    problems.push(...compiled.problems);
    const groupId = groupOf(loadBalancer) ?? "";
    return { loadBalancer, table: compiled.table, groupId, ingresses: loadGroup(groupId, snapshot).members };
  });
  return { loadBalancers, problems };
}

function byStack<T extends KubeObject>(kind: string, snapshot: Snapshot): Map<string, T[]> {
  return Map.groupBy(snapshot.list<T>(kind, { namespace: AWS_NAMESPACE }), ({ metadata }) => metadata.labels?.[STACK_LABEL] ?? "");
}
