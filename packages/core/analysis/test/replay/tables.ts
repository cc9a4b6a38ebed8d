import type { Action, Listener, LoadBalancer, Rule, RuleCondition } from "@loopway/model";
import { compileStack } from "@loopway/routing";
import { readAnswer } from "../../src/diff/answer.ts";
import type { Routes } from "../../src/index.ts";

const NAMESPACE = "kube-system";
const from = (name: string) => ({ name, namespace: NAMESPACE });

export const forward = (...targetGroups: string[]): Action => ({
  type: "forward",
  forwardConfig: { targetGroups: targetGroups.map((name) => ({ targetGroupRef: { from: from(name) }, weight: 1 })) },
});
export const fixed = (statusCode: string): Action => ({ type: "fixed-response", fixedResponseConfig: { statusCode } });
export const redirect: Action = { type: "redirect", redirectConfig: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" } };
export const hostIs = (...values: string[]): RuleCondition => ({ field: "host-header", hostHeaderConfig: { values } });
export const pathIs = (...values: string[]): RuleCondition => ({ field: "path-pattern", pathPatternConfig: { values } });
export const headerIs = (httpHeaderName: string, ...values: string[]): RuleCondition => ({
  field: "http-header",
  httpHeaderConfig: { httpHeaderName, values },
});

export interface TestRule {
  conditions: RuleCondition[];
  action: Action;
}

/** A load balancer named web with one listener on port 80; rules get the priorities 1, 2, … and the names r1, r2, …; a target group g is Service default/g:80. */
export function routesOfRules(rules: readonly TestRule[], { name = "web" } = {}): Routes {
  const base = { apiVersion: "elbv2.services.k8s.aws/v1alpha1" };
  const loadBalancer: LoadBalancer = {
    ...base,
    kind: "LoadBalancer",
    metadata: from(name),
    spec: { name, type: "application", scheme: "internal" },
  };
  const listener: Listener = {
    ...base,
    kind: "Listener",
    metadata: from(`${name}-80`),
    spec: { loadBalancerRef: { from: from(name) }, port: 80, protocol: "HTTP", defaultActions: [fixed("404")] },
  };
  const objects = rules.map(
    ({ conditions, action }, index): Rule => ({
      ...base,
      kind: "Rule",
      metadata: from(`r${index + 1}`),
      spec: { listenerRef: { from: from(`${name}-80`) }, priority: index + 1, conditions, actions: [action] },
    }),
  );
  const { table } = compileStack({ loadBalancer, listeners: [listener], rules: objects, targetGroups: [] });
  const serviceOf = (group: string) => `default/${group}:80`;
  const backendOf = (group: string) => ({ service: serviceOf(group), targetType: "ip", protocol: "HTTP HTTP1" });
  const listed = [
    ...objects.map(({ metadata, spec }) => [metadata.name, spec.actions] as const),
    [`${name}-80`, listener.spec.defaultActions] as const,
  ];
  const answers = new Map(listed.map(([of, actions]) => [of, readAnswer(actions, [], backendOf)]));
  const serviceByGroup = new Map([...table.usedTargetGroups].map((group) => [group, serviceOf(group)]));
  return { table, groupId: name, answers, serviceByGroup, emptyGroups: new Set() };
}

/** What the log calls a target group. */
export function arnOf(name: string): string {
  return `arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/${name}/0123456789abcdef`;
}
