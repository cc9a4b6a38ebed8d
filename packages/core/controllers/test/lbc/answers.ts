/** For each scope of the cases, what the product says: the model, or the error that it reports first. */
import type { Ingress, IngressBackend, RuleCondition } from "@loopway/model";
import { buildBackend, readBackend } from "../../src/load-balancer/build-backend.ts";
import { buildLoadBalancerName } from "../../src/load-balancer/build-load-balancer.ts";
import { type BuiltRule, buildPatterns, buildRules, type IngressRule, sortedPaths } from "../../src/load-balancer/build-rules.ts";
import { buildStack } from "../../src/load-balancer/build-stack.ts";
import { readConditions } from "../../src/load-balancer/condition-annotation.ts";
import { type FormattedStack, formatStack } from "../../src/load-balancer/format-stack.ts";
import { groupNameProblem, loadGroup, membershipOf } from "../../src/load-balancer/ingress-group.ts";
import { buildListenPorts } from "../../src/load-balancer/listen-ports.ts";
import { findProtectedDeletion } from "../../src/load-balancer/load-balancer-attributes.ts";
import { covers, optimizeRules, redirectsToItself } from "../../src/load-balancer/optimize-rules.ts";
import { buildSslRedirect } from "../../src/load-balancer/ssl-redirect.ts";
import { reportTo, type StackBuild } from "../../src/load-balancer/stack-build.ts";
import { readTransforms } from "../../src/load-balancer/transform-annotation.ts";
import { buildOf, ingressesOf, snapshotOf } from "./build-of.ts";
import type { Case } from "./read-case.ts";

export type Answer = { model: unknown } | { error: string };

export const answers: Readonly<Record<string, (one: Case) => Answer>> = {
  stack: answerStack,
  pathPatterns: (one) => ofFirstPath(one, (build, { place, path }) => buildPatterns(build, place, path)),
  pathOrder: (one) =>
    ofFirstPath(one, (build, { rule }) => ({
      pathOrder: sortedPaths(build, rule).map(({ path: { path, pathType } }) => ({ path, pathType })),
    })),
  ruleConditions: (one) =>
    ofFirstPath(one, (build, { place }) => {
      const rules = buildRules(build, { ingresses: [place.ingress], protocol: "HTTP" });
      return { conditions: rules[0]?.conditions };
    }),
  conditionsFromAnnotation: (one) =>
    ofFirstPath(one, (build, { place, name }) => ({
      conditionsFromAnnotation: readConditions({ name }, [place.ingress.metadata.annotations], reportTo(build, place)),
    })),
  transforms: (one) =>
    ofFirstPath(one, (build, { place, name }) => ({
      transforms: readTransforms(name, [place.ingress.metadata.annotations], reportTo(build, place)),
    })),
  actionFromAnnotation: (one) =>
    ofFirstPath(one, (build, { place, path }) => ({ action: readBackend(build, place, path.backend)?.action })),
  enhancedBackend: answerBackend,
  sslRedirectConfig: (one) =>
    ofBuild(buildOf(one, "group"), (build) => ({ sslRedirectConfig: buildSslRedirect(build, buildListenPorts(build)) ?? null })),
  loadBalancerName: (one) =>
    ofBuild(buildOf(one, groupOf(one)), (build) => ({ loadBalancerName: buildLoadBalancerName(build, String(one.settings.scheme)) })),
  groupOrder: answerOrder,
  groupID: answerGroupId,
  groupName: ({ input }) => {
    const error = groupNameProblem(String(input.groupName));
    return error === undefined ? { model: { valid: true } } : { error };
  },
  ruleOptimizer: ({ input }) => ({ model: { rules: optimizeRules(input.rules as BuiltRule[], listenerOf(input)) } }),
  isInfiniteRedirectRule: ({ input }) => ({ model: { result: redirectsToItself(input.rule as BuiltRule, listenerOf(input)) } }),
  isSupersetConditions: ({ input }) => {
    const conditions = (side: string) => (input[`${side}Conditions`] ?? input[`${side}Rules`]) as RuleCondition[];
    return { model: { result: covers(conditions("lhs"), conditions("rhs")) } };
  },
};

function listenerOf({ port, protocol }: Case["input"]) {
  return { listenerPort: Number(port), protocol: protocol as "HTTP" | "HTTPS" };
}

function ofBuild(build: StackBuild, answer: (build: StackBuild) => unknown): Answer {
  const model = answer(build);
  const error = build.problems.find(({ severity }) => severity === "error");
  return error === undefined ? { model: withoutAbsent(model) } : { error: error.message };
}

function groupOf(one: Case): string {
  const [first] = ingressesOf(one);
  const membership = first && membershipOf(first, snapshotOf(one.objects));
  return membership?.kind === "member" ? membership.groupId : `${first?.metadata.namespace}/${first?.metadata.name}`;
}

function answerStack(one: Case): Answer {
  const groupId = groupOf(one);
  const group = loadGroup(groupId, snapshotOf(one.objects));
  const error = group.broken[0]?.message ?? findProtectedDeletion(group)?.message;
  if (error !== undefined) return { error };
  return ofBuild(buildOf(one, groupId, group.members), (build) => {
    const stack = buildStack(build);
    return stack && trimmed(formatStack(groupId, stack));
  });
}

/** Expected models are trimmed to what ELBv2 holds. */
function trimmed({ id, resources }: FormattedStack): FormattedStack {
  const kept = Object.entries(resources).filter(([type]) => type.startsWith("AWS::ElasticLoadBalancingV2::"));
  return { id, resources: Object.fromEntries(kept) };
}

interface FirstPath {
  place: { ingress: Ingress; pointer: string };
  rule: IngressRule;
  path: { path?: string; pathType?: string; backend: IngressBackend };
  /** The backend's. */
  name: string;
}

function ofFirstPath(one: Case, answer: (build: StackBuild, first: FirstPath) => unknown): Answer {
  const [ingress] = ingressesOf(one);
  const rule = ingress?.spec?.rules?.[0];
  const path = rule?.http?.paths[0];
  if (ingress === undefined || rule === undefined || path === undefined) throw new Error(`${one.name} has no path`);
  const place = { ingress, pointer: "/spec/rules/0/http/paths/0" };
  return ofBuild(buildOf(one, groupOf(one)), (build) => answer(build, { place, rule, path, name: path.backend.service?.name ?? "" }));
}

function answerBackend(one: Case): Answer {
  const { loadBackendServices = true, loadAuthConfig = true } = one.settings;
  return ofFirstPath(one, (build, { place, path }) => {
    const built = (loadBackendServices ? buildBackend : readBackend)(build, place, path.backend);
    if (built === undefined) return undefined;
    const { conditions, transforms, ...rest } = built;
    return {
      enhancedBackend: {
        ...rest,
        ...(loadAuthConfig ? {} : { authConfig: undefined }),
        ...(conditions.length === 0 ? {} : { conditions }),
        ...(transforms.length === 0 ? {} : { transforms }),
      },
    };
  });
}

function answerOrder(one: Case): Answer {
  const { members, broken } = loadGroup(groupOf(one), snapshotOf(one.objects));
  if (broken[0] !== undefined) return { error: broken[0].message };
  return { model: { memberOrder: members.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`) } };
}

function answerGroupId(one: Case): Answer {
  const [first] = ingressesOf(one);
  const membership = first && membershipOf(first, snapshotOf(one.objects));
  if (membership?.kind === "invalid") return { error: membership.message };
  const [namespace, name] = groupOf(one).includes("/") ? groupOf(one).split("/") : ["", groupOf(one)];
  return { model: { groupID: { namespace, name } } };
}

function withoutAbsent(model: unknown): unknown {
  return model === undefined ? undefined : JSON.parse(JSON.stringify(model));
}
