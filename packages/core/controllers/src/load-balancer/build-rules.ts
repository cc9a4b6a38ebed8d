// spec.rules → the rules of one listener, in priority order (pkg/ingress/model_build_listener_rules.go): members in group order, items of
// spec.rules as written, paths of one item sorted. No sorting across them: an early catch-all shadows what comes later, as in AWS.
import type { Action, Ingress, KeyValue, RuleCondition, Transform } from "@loopway/model";
import { readBoolean } from "./annotations.ts";
import { buildActions } from "./build-action.ts";
import { buildBackend } from "./build-backend.ts";
import type { ListenPort } from "./listen-ports.ts";
import { pathPatterns, sortPaths } from "./path-patterns.ts";
import { buildConditions, type Patterns } from "./rule-conditions.ts";
import { type Place, report, reportTo, reportToGroup, type StackBuild } from "./stack-build.ts";
import { buildRuleTags } from "./tags.ts";

export interface BuiltRule {
  place: Place;
  conditions: RuleCondition[];
  actions: Action[];
  transforms: Transform[];
  tags: KeyValue[];
}

export type IngressRule = NonNullable<NonNullable<Ingress["spec"]>["rules"]>[number];
export type HttpPath = NonNullable<IngressRule["http"]>["paths"][number];
/** Where a rule comes from: a path of an item of spec.rules. */
interface RuleSource {
  host: string | undefined;
  path: HttpPath;
  protocol: ListenPort["protocol"];
}

export function buildRules(build: StackBuild, { ingresses, protocol }: Pick<ListenPort, "ingresses" | "protocol">): BuiltRule[] {
  return ingresses.flatMap((ingress) =>
    (ingress.spec?.rules ?? []).flatMap((rule, index) =>
      sortedPaths(build, rule).flatMap(({ path, position }) => {
        const place = { ingress, pointer: `/spec/rules/${index}/http/paths/${position}` };
        return buildRule(build, place, { host: rule.host, path, protocol });
      }),
    ),
  );
}

/** Of one item of spec.rules, in rule order. */
export function sortedPaths(build: StackBuild, { http }: IngressRule): { path: HttpPath; position: number }[] {
  const known = ["Exact", "Prefix", "ImplementationSpecific", undefined];
  const paths = (http?.paths ?? []).map((path, position) => ({ ...path, source: path, position }));
  for (const { path, pathType } of paths) {
    if (!known.includes(pathType)) reportToGroup(build)(`unknown pathType for path ${path ?? ""}`);
  }
  return sortPaths(paths, build.settings.strict).map(({ source, position }) => ({ path: source, position }));
}

/** None after a problem. */
function buildRule(build: StackBuild, place: Place, { host, path, protocol }: RuleSource): BuiltRule[] {
  const backend = buildBackend(build, place, path.backend);
  const paths = buildPatterns(build, place, path);
  if (backend === undefined || paths === undefined) return [];
  const conditions = buildConditions({ host, paths, annotated: backend.conditions }, reportTo(build, place));
  const actions = buildActions(build, place, { backend, protocol });
  if (conditions === undefined || actions === undefined) return [];
  return [{ place, conditions, actions, transforms: backend.transforms, tags: buildRuleTags(build, place.ingress) }];
}

/** Undefined after a problem. */
export function buildPatterns(build: StackBuild, place: Place, { path = "", pathType }: HttpPath): Patterns | undefined {
  const reportProblem = reportTo(build, place);
  let isUnreadable = false;
  const isRegex =
    pathType === undefined || pathType === "ImplementationSpecific"
      ? readBoolean("use-regex-path-match", [place.ingress.metadata.annotations], (message) => {
          isUnreadable = true;
          reportProblem(message);
        })
      : false;
  if (isUnreadable) return undefined;
  // Every path begins with a slash, regular expressions may not.
  if (isRegex === true) return { values: [], regexValues: path === "" ? [] : [path.slice(1)] };
  const patterns = pathPatterns({ path, ...(pathType === undefined ? {} : { pathType }) }, build.settings.strict);
  if (patterns.kind === "refused") {
    reportProblem(patterns.refusal);
    return undefined;
  }
  if (patterns.kind === "accepted") {
    const message = `the real controller refuses this: ${patterns.refusal}; Loopway took it as the prefix ${patterns.prefix} (write path: ${patterns.prefix})`;
    report(build, place, { code: "WildcardPathAccepted", message });
  }
  return { values: patterns.values, regexValues: [] };
}
