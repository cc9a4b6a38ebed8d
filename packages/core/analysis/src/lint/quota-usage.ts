// How much of its quotas a load balancer uses, and where the most of it comes from.
import { countConditions } from "@loopway/controllers";
import type { Ingress, Quotas } from "@loopway/model";
import type { GroupView } from "./group-view.ts";
import type { Spot } from "./rule.ts";

export interface QuotaUsage {
  /** "rules", as AWS names it. */
  name: string;
  used: number;
  limit: number;
  spot: Spot;
}

/** elbv2 quota "Targets per Application Load Balancer". */
const TARGETS = 1000;

/** What grows with the group, each against the quota that AWS gives an account without asking. */
export function loadBalancerUsage(view: GroupView, countTargets: (name: string) => number, quotas: Quotas): QuotaUsage[] {
  const { listeners, targetGroups, members } = view;
  const [first] = members;
  if (first === undefined) return [];
  const rules = listeners.flatMap((listener) => listener.rules);
  const certificates = new Set(
    listeners.flatMap(({ listener }) =>
      (listener.spec.certificates ?? []).filter(({ isDefault }) => isDefault !== true).map(({ certificateARN }) => certificateARN),
    ),
  );
  const targets = targetGroups.reduce((sum, { targetGroup }) => sum + countTargets(targetGroup.metadata.name), 0);
  const whole: Spot = { object: first, path: "" };
  return [
    {
      name: "rules",
      used: rules.length,
      limit: quotas.rules,
      spot: { object: busiest(rules.map(({ object }) => object)) ?? first, path: "/spec/rules" },
    },
    {
      name: "target groups",
      used: targetGroups.length,
      limit: quotas.targetGroups,
      spot: { object: busiest(targetGroups.map(({ object }) => object)) ?? first, path: "" },
    },
    { name: "certificates", used: certificates.size, limit: quotas.certificates, spot: whole },
    { name: "listeners", used: listeners.length, limit: quotas.listeners, spot: whole },
    { name: "targets", used: targets, limit: TARGETS, spot: whole },
  ];
}

function busiest(owners: readonly Ingress[]): Ingress | undefined {
  const counts = new Map<Ingress, number>();
  for (const owner of owners) counts.set(owner, (counts.get(owner) ?? 0) + 1);
  return [...counts].sort(([, left], [, right]) => right - left)[0]?.[0];
}

/** Of each rule: AWS raises neither. A path has a rule per listener; it is counted once. */
export function ruleUsage({ listeners }: GroupView, quotas: Quotas): QuotaUsage[] {
  const usage = new Map<string, QuotaUsage[]>();
  for (const { object, path, rule } of listeners.flatMap(({ rules }) => rules)) {
    const { values, wildcards } = countConditions(rule.spec.conditions);
    usage.set(`${object.metadata.namespace}/${object.metadata.name} ${path}`, [
      { name: "condition values of a rule", used: values, limit: quotas.conditionValuesPerRule, spot: { object, path } },
      { name: "wildcards of a rule", used: wildcards, limit: quotas.wildcardsPerRule, spot: { object, path } },
    ]);
  }
  return [...usage.values()].flat();
}
