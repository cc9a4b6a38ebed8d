// What the ELBv2 API would refuse of a stack that the controller builds without a word. AWS's error codes; its sentences where they are known.
import type { Action, Listener, Quotas, Rule, RuleCondition, TargetGroup } from "@loopway/model";
import { conditionLimitProblems } from "@loopway/routing";
import type { Stack } from "./build-stack.ts";

const GRPC_CODES = /^\d{1,2}([-,]\d{1,2})*$/;
const TARGET_STICKINESS = "stickiness.enabled";

/** Code and sentence of the first refusal, in the order in which the controller deploys: target groups, load balancer, listeners, rules. */
export function refuseStack({ members }: Stack, quotas: Quotas): string | undefined {
  const targetGroups = members.filter((member) => member.kind === "TargetGroup");
  const listeners = members.filter((member) => member.kind === "Listener");
  const rules = members.filter((member) => member.kind === "Rule");
  const isSticky = stickyNames(targetGroups);
  return (
    firstOf(targetGroups, refuseTargetGroup) ??
    refuseCounts({ targetGroups: targetGroups.length, listeners: listeners.length, rules: rules.length }, quotas) ??
    firstOf(listeners, (listener) => refuseListener(listener, quotas)) ??
    firstOf(rules, (rule) => refuseRule(rule, quotas, isSticky))
  );
}

function firstOf<T>(items: readonly T[], refuse: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const refusal = refuse(item);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function refuseCounts(counts: Pick<Quotas, "targetGroups" | "listeners" | "rules">, quotas: Quotas): string | undefined {
  if (counts.listeners > quotas.listeners) return "TooManyListeners: You've reached the limit on the number of listeners per load balancer";
  if (counts.targetGroups > quotas.targetGroups)
    return "TooManyUniqueTargetGroupsPerLoadBalancer: You've reached the limit on the number of unique target groups per load balancer";
  return counts.rules > quotas.rules ? "TooManyRules: You've reached the limit on the number of rules per load balancer" : undefined;
}

function refuseTargetGroup({ spec }: TargetGroup): string | undefined {
  const { healthCheckTimeoutSeconds = 5, healthCheckIntervalSeconds = 15, matcher } = spec;
  if (healthCheckTimeoutSeconds >= healthCheckIntervalSeconds)
    return `ValidationError: Health check interval must be greater than the timeout.`;
  return matcher?.grpcCode !== undefined && !GRPC_CODES.test(matcher.grpcCode)
    ? `InvalidConfigurationRequest: Health check matcher GRPC code '${matcher.grpcCode}' must be within 0-99`
    : undefined;
}

function refuseListener({ spec }: Listener, quotas: Quotas): string | undefined {
  const certificates = spec.certificates ?? [];
  if (spec.protocol === "HTTPS" && certificates.length === 0) return "ValidationError: A certificate must be specified for HTTPS listeners";
  return certificates.length - 1 > quotas.certificates
    ? "TooManyCertificates: You've reached the limit on the number of certificates per load balancer"
    : undefined;
}

function refuseRule({ metadata, spec }: Rule, quotas: Quotas, isSticky: (action: Action) => boolean): string | undefined {
  const { values, wildcards } = countConditions(spec.conditions);
  if (values > quotas.conditionValuesPerRule)
    return `ValidationError: A rule can only have '${quotas.conditionValuesPerRule}' condition values`;
  if (wildcards > quotas.wildcardsPerRule) return `ValidationError: A rule can only have '${quotas.wildcardsPerRule}' condition wildcards`;
  const [limit] = conditionLimitProblems({ id: metadata.name, conditions: spec.conditions });
  if (limit !== undefined) return `ValidationError: ${limit.message}`;
  return firstOf(spec.actions, (action) => refuseForward(action, quotas, isSticky));
}

interface ConditionCounts {
  values: number;
  wildcards: number;
}

/** What AWS counts of one rule's conditions. */
export function countConditions(conditions: readonly RuleCondition[]): ConditionCounts {
  const counts: ConditionCounts = { values: 0, wildcards: 0 };
  for (const condition of conditions) {
    countPatterns(counts, condition.hostHeaderConfig);
    countPatterns(counts, condition.pathPatternConfig);
    countPatterns(counts, condition.httpHeaderConfig);
    counts.values += (condition.httpRequestMethodConfig?.values.length ?? 0) + (condition.sourceIPConfig?.values.length ?? 0);
    for (const { key = "", value } of condition.queryStringConfig?.values ?? []) {
      counts.values++;
      counts.wildcards += countWildcards(key) + countWildcards(value);
    }
  }
  return counts;
}

function countPatterns(counts: ConditionCounts, patterns: { values?: string[]; regexValues?: string[] } | undefined): void {
  if (patterns === undefined) return;
  const { values = [], regexValues = [] } = patterns;
  counts.values += values.length + regexValues.length;
  for (const value of values) counts.wildcards += countWildcards(value);
}

function countWildcards(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) if (text[at] === "*" || text[at] === "?") count++;
  return count;
}

function refuseForward(action: Action, { targetGroupsPerAction }: Quotas, isSticky: (action: Action) => boolean): string | undefined {
  const { targetGroups = [], targetGroupStickinessConfig } = action.forwardConfig ?? {};
  if (targetGroups.length > targetGroupsPerAction)
    return "TooManyTargetGroups: You've reached the limit on the number of target groups per action";
  return targetGroups.length > 1 && targetGroupStickinessConfig?.enabled !== true && isSticky(action)
    ? "InvalidConfigurationRequest: You must enable group stickiness before enabling target stickiness"
    : undefined;
}

/** Whether an action forwards to a target group whose own stickiness is on. */
function stickyNames(targetGroups: readonly TargetGroup[]): (action: Action) => boolean {
  const sticky = targetGroups.filter(
    ({ spec }) => spec.attributes?.some(({ key, value }) => key === TARGET_STICKINESS && value === "true") === true,
  );
  const names = new Set(sticky.map(({ metadata }) => metadata.name));
  return ({ forwardConfig }) => forwardConfig?.targetGroups.some(({ targetGroupRef }) => names.has(targetGroupRef.from.name)) === true;
}
