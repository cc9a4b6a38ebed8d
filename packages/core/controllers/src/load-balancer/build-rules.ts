// spec.rules → the rules of one listener, in priority order (pkg/ingress/model_build_listener_rules.go): members in group order, items of
// spec.rules as written, paths of one item sorted. No sorting across them: an early catch-all shadows what comes later, as in AWS.
import type { Action, Ingress, KeyValue, RuleCondition, Transform } from "@loopway/model";
import { readBoolean } from "./annotations.ts";
import { buildActions } from "./build-action.ts";
import { buildBackend, type LoadedBackend } from "./build-backend.ts";
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
  shared: Shared;
}

export function buildRules(build: StackBuild, { ingresses, protocol }: Pick<ListenPort, "ingresses" | "protocol">): BuiltRule[] {
  return ingresses.flatMap((ingress) => {
    const shared: Shared = { backends: new Map(), actions: new Map(), tags: new Map() };
    return (ingress.spec?.rules ?? []).flatMap((rule, index) =>
      sortedPaths(build, rule).flatMap(({ path, position }) => {
        const place = { ingress, pointer: `/spec/rules/${index}/http/paths/${position}` };
        return buildRule(build, place, { host: rule.host, path, protocol, shared });
      }),
    );
  });
}

/** What rules of one Ingress have in common: most of its paths name the same backend. */
interface Shared {
  backends: Map<string, LoadedBackend>;
  actions: Map<LoadedBackend, Action[]>;
  tags: Map<Ingress, KeyValue[]>;
}

/** Built at its first use; again at each that follows a problem, since a problem is told of every path that has it. */
function once<K, V>(build: StackBuild, known: Map<K, V>, key: K, make: () => V | undefined): V | undefined {
  const before = known.get(key);
  if (before !== undefined) return before;
  const problems = build.problems.length;
  const made = make();
  if (made !== undefined && build.problems.length === problems) known.set(key, made);
  return made;
}

/** Of one item of spec.rules, in rule order. */
export function sortedPaths(build: StackBuild, { http }: IngressRule): { path: HttpPath; position: number }[] {
  const known = ["Exact", "Prefix", "ImplementationSpecific", undefined];
  const paths = (http?.paths ?? []).map((source, position) => {
    const { path = "", pathType } = source;
    if (!known.includes(pathType)) reportToGroup(build)(`unknown pathType for path ${path}`);
    return { path, pathType: pathType ?? "ImplementationSpecific", source, position };
  });
  return sortPaths(paths, build.settings.strict).map(({ source, position }) => ({ path: source, position }));
}

/** None after a problem. */
function buildRule(build: StackBuild, place: Place, { host, path, protocol, shared }: RuleSource): BuiltRule[] {
  const named = JSON.stringify(path.backend.service);
  const backend = once(build, shared.backends, named, () => buildBackend(build, place, path.backend));
  const paths = buildPatterns(build, place, path);
  if (backend === undefined || paths === undefined) return [];
  const conditions = buildConditions({ host, paths, annotated: backend.conditions }, reportTo(build, place));
  const actions = once(build, shared.actions, backend, () => buildActions(build, place, { backend, protocol }));
  if (conditions === undefined || actions === undefined) return [];
  const tags = once(build, shared.tags, place.ingress, () => buildRuleTags(build, place.ingress)) ?? [];
  return [{ place, conditions, actions, transforms: backend.transforms, tags }];
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
