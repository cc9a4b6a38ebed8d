// spec.rules → the rules of one listener, in priority order (pkg/ingress/model_build_listener_rules.go): members in group order, items of
// spec.rules as written, paths of one item sorted. No sorting across them: an early catch-all shadows what comes later, as in AWS.
import type { Action, Ingress, RuleCondition } from "@loopway/model";
import { buildAction } from "./build-action.ts";
import { pathPatterns, sortPaths } from "./path-patterns.ts";
import { type Place, report, reportTo, reportToGroup, type StackBuild } from "./stack-build.ts";

export interface BuiltRule {
  place: Place;
  conditions: RuleCondition[];
  actions: Action[];
}

type IngressRule = NonNullable<NonNullable<Ingress["spec"]>["rules"]>[number];
type HttpPath = NonNullable<IngressRule["http"]>["paths"][number];

export function buildRules(build: StackBuild, ingresses: readonly Ingress[]): BuiltRule[] {
  return ingresses.flatMap((ingress) =>
    (ingress.spec?.rules ?? []).flatMap((rule, index) =>
      sortedPaths(build, rule).flatMap(({ path, position }) =>
        buildRule(build, { ingress, pointer: `/spec/rules/${index}/http/paths/${position}` }, { host: rule.host, path }),
      ),
    ),
  );
}

function sortedPaths(build: StackBuild, { http }: IngressRule): { path: HttpPath; position: number }[] {
  const known = ["Exact", "Prefix", "ImplementationSpecific", undefined];
  const paths = (http?.paths ?? []).map((path, position) => ({ ...path, source: path, position }));
  for (const { path, pathType } of paths) {
    if (!known.includes(pathType)) reportToGroup(build)(`unknown pathType for path ${path ?? ""}`);
  }
  return sortPaths(paths, build.settings.strict).map(({ source, position }) => ({ path: source, position }));
}

/** None after a problem. */
function buildRule(build: StackBuild, place: Place, { host, path }: { host: string | undefined; path: HttpPath }): BuiltRule[] {
  const patterns = acceptedPatterns(build, place, path);
  const action = buildAction(build, place, path.backend);
  return patterns === undefined || action === undefined ? [] : [{ place, conditions: buildConditions(host, patterns), actions: [action] }];
}

function acceptedPatterns(build: StackBuild, place: Place, { path = "", pathType }: HttpPath): string[] | undefined {
  const patterns = pathPatterns({ path, ...(pathType === undefined ? {} : { pathType }) }, build.settings.strict);
  if (patterns.kind === "refused") {
    reportTo(build, place)(patterns.refusal);
    return undefined;
  }
  if (patterns.kind === "accepted") {
    const message = `the real controller refuses this: ${patterns.refusal}; Loopway took it as the prefix ${patterns.prefix} (write path: ${patterns.prefix})`;
    report(build, place, { code: "WildcardPathAccepted", message });
  }
  return patterns.values;
}

/** Host before path, and a rule without either matches every path. */
function buildConditions(host: string | undefined, paths: string[]): RuleCondition[] {
  const hostHeader: RuleCondition[] =
    host === undefined || host === "" ? [] : [{ field: "host-header", hostHeaderConfig: { values: [host] } }];
  const values = hostHeader.length === 0 && paths.length === 0 ? ["/*"] : paths;
  return values.length === 0 ? hostHeader : [...hostHeader, { field: "path-pattern", pathPatternConfig: { values } }];
}
