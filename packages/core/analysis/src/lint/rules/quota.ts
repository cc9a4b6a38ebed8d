import type { TargetGroup } from "@loopway/model";
import { loadBalancerUsage, type QuotaUsage, ruleUsage } from "../quota-usage.ts";
import type { Found, LintRule } from "../rule.ts";
import type { Subject } from "../subject.ts";

/** Share of a quota from which there is little left. */
const NEAR = 0.8;

export const quotaExceeded: LintRule = {
  code: "quota-exceeded",
  severity: "error",
  summary: "more than AWS allows of a load balancer or a rule: the deployment fails",
  *check(subject) {
    for (const usage of usages(subject))
      if (usage.used > usage.limit) yield found(usage, "over the quota: AWS refuses it, and the group is not deployed");
  },
};

export const quotaNear: LintRule = {
  code: "quota-near",
  severity: "warning",
  summary: "80 % or more of a quota of the load balancer is used",
  *check(subject) {
    for (const usage of usages(subject)) {
      if (usage.used <= usage.limit && usage.used >= NEAR * usage.limit)
        yield { ...found(usage, `${usage.limit - usage.used} left`), ...severityOf(usage) };
    }
  },
};

/** A rule does not grow by itself: at its limit of five it is as good as at four. */
function severityOf({ name, used, limit }: QuotaUsage): Pick<Found, "severity"> {
  return name.endsWith("of a rule") && used < limit ? { severity: "info" } : {};
}

export const quotaMeter: LintRule = {
  code: "quota-meter",
  severity: "info",
  summary: "what each load balancer uses of AWS's quotas, and what is left",
  *check({ views, snapshot, quotas }) {
    for (const view of views) {
      const usage = loadBalancerUsage(view, targetCounter(snapshot), quotas);
      const [first] = view.members;
      if (first === undefined) continue;
      const parts = usage.map(({ name, used, limit }) => `${name} ${used} of ${limit} (${limit - used} left)`);
      yield { object: first, path: "", message: `load balancer of group ${view.id}: ${parts.join(", ")}` };
    }
  },
};

function usages({ views, snapshot, quotas }: Subject): QuotaUsage[] {
  return views.flatMap((view) => [...loadBalancerUsage(view, targetCounter(snapshot), quotas), ...ruleUsage(view, quotas)]);
}

function targetCounter(snapshot: Subject["snapshot"]): (name: string) => number {
  const counts = new Map(snapshot.list<TargetGroup>("TargetGroup").map(({ metadata, spec }) => [metadata.name, spec.targets?.length ?? 0]));
  return (name) => counts.get(name) ?? 0;
}

function found({ name, used, limit, spot }: QuotaUsage, left: string): Found {
  return { ...spot, message: `${used} of ${limit} ${name} used: ${left}` };
}
