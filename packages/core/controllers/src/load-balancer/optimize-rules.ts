// pkg/ingress/rule_optimizer.go: a redirect that would answer with its own URL is dropped, and so is every rule behind a redirect that
// takes all of its requests. Made for `actions.ssl-redirect` on both listeners; forward and fixed-response shadowing is left alone.
import type { Action, RuleCondition } from "@loopway/model";
import type { ListenPort } from "./listen-ports.ts";

type RedirectingListener = Pick<ListenPort, "listenerPort" | "protocol">;

interface RuleParts {
  conditions: readonly RuleCondition[];
  actions: readonly Action[];
}

export function optimizeRules<T extends RuleParts>(rules: readonly T[], listener: RedirectingListener): T[] {
  const kept: T[] = [];
  const redirects: T[] = [];
  for (const rule of rules) {
    const isShadowed = redirects.some((earlier) => covers(earlier.conditions, rule.conditions));
    if (isShadowed || redirectsToItself(rule, listener)) continue;
    kept.push(rule);
    if (redirectOf(rule) !== undefined) redirects.push(rule);
  }
  return kept;
}

function redirectOf({ actions }: RuleParts): Action["redirectConfig"] {
  return actions.find(({ type }) => type === "redirect")?.redirectConfig;
}

/** Every field that the redirect sets is what the request has already. A path by regex counts as different. */
export function redirectsToItself(rule: RuleParts, { listenerPort, protocol }: RedirectingListener): boolean {
  const redirect = redirectOf(rule);
  if (redirect === undefined) return false;
  const { hosts, paths, hasRegexPath } = valuesOf(rule.conditions);
  const keeps = (value: string | undefined, own: string, same: readonly string[]) =>
    value === undefined || value === own || same.includes(value);
  return (
    !hasRegexPath &&
    keeps(redirect.host, "#{host}", hosts) &&
    keeps(redirect.path, "/#{path}", paths) &&
    keeps(redirect.port, "#{port}", [String(listenerPort)]) &&
    keeps(redirect.protocol, "#{protocol}", [protocol]) &&
    keeps(redirect.query, "#{query}", [])
  );
}

function valuesOf(conditions: readonly RuleCondition[]) {
  const hosts = conditions.flatMap(({ hostHeaderConfig: config }) => [...(config?.values ?? []), ...(config?.regexValues ?? [])]);
  const paths = conditions.flatMap(({ pathPatternConfig: config }) => [...(config?.values ?? []), ...(config?.regexValues ?? [])]);
  const hasRegexPath = conditions.some(({ pathPatternConfig }) => (pathPatternConfig?.regexValues ?? []).length > 0);
  const hasOthers = conditions.some(({ field }) => field !== "host-header" && field !== "path-pattern");
  return { hosts, paths, hasRegexPath, hasOthers };
}

/** Values are compared as literal texts, not as patterns. */
export function covers(earlier: readonly RuleCondition[], later: readonly RuleCondition[]): boolean {
  const wide = valuesOf(earlier);
  const narrow = valuesOf(later);
  const includesAll = (outer: readonly string[], inner: readonly string[]) =>
    outer.length === 0 || (inner.length > 0 && inner.every((value) => outer.includes(value)));
  const coversPaths = wide.paths.includes("/*") || includesAll(wide.paths, narrow.paths);
  return !wide.hasOthers && includesAll(wide.hosts, narrow.hosts) && coversPaths;
}
