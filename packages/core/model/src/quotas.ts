/** Elastic Load Balancing quotas that a stack can meet ("Quotas for your Application Load Balancers"); AWS raises most of them on request. */
export interface Quotas {
  listeners: number;
  /** Default rules do not count. */
  rules: number;
  targetGroups: number;
  /** Default certificates do not count. */
  certificates: number;
  conditionValuesPerRule: number;
  wildcardsPerRule: number;
  targetGroupsPerAction: number;
  targetsPerTargetGroup: number;
  targetsPerLoadBalancer: number;
}

export const DEFAULT_QUOTAS: Quotas = {
  listeners: 50,
  rules: 100,
  targetGroups: 100,
  certificates: 25,
  conditionValuesPerRule: 5,
  wildcardsPerRule: 5,
  targetGroupsPerAction: 5,
  targetsPerTargetGroup: 1000,
  targetsPerLoadBalancer: 1000,
};

/** What a user calls them. */
export const QUOTA_NAMES: Readonly<Record<string, keyof Quotas>> = {
  "listeners-per-alb": "listeners",
  "rules-per-alb": "rules",
  "target-groups-per-alb": "targetGroups",
  "certificates-per-alb": "certificates",
  "condition-values-per-rule": "conditionValuesPerRule",
  "wildcards-per-rule": "wildcardsPerRule",
  "target-groups-per-action": "targetGroupsPerAction",
  "targets-per-target-group": "targetsPerTargetGroup",
  "targets-per-alb": "targetsPerLoadBalancer",
};

/** `rules-per-alb=200` → the quota and its value; a sentence where it is no such thing. */
export function parseQuota(text: string): Partial<Quotas> | string {
  const [, name = "", value = ""] = /^([^=]*)=(\d+)$/.exec(text) ?? [];
  const quota = Object.hasOwn(QUOTA_NAMES, name) ? QUOTA_NAMES[name] : undefined;
  return quota === undefined
    ? `${text} is no quota; expected NAME=NUMBER with one of ${Object.keys(QUOTA_NAMES).join(", ")}`
    : { [quota]: Number(value) };
}
