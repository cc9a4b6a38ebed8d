// The subnets annotation, IngressClassParams' subnets, discovery (pkg/ingress/model_build_load_balancer.go, pkg/networking/subnet_resolver.go).
import { isEqual } from "@loopway/kube";
import { readList } from "./annotations.ts";
import { agreedList, memberSettings, onlyAnnotated } from "./group-settings.ts";
import { classParamsOf } from "./ingress-class.ts";
import { loadBalancersOf } from "./plan-stack.ts";
import { reportToGroup, type StackBuild } from "./stack-build.ts";

const MIN_SUBNETS = 2;

/**
 * Ids (or names, which are not looked up), sorted. An existing load balancer of the same scheme keeps its own; selection by tags finds what
 * discovery finds, since our subnets carry no tags.
 */
export function buildSubnets(build: StackBuild, scheme: string): string[] {
  const reportProblem = reportToGroup(build);
  const selectors = build.members.flatMap((ingress) => classParamsOf(ingress, build.snapshot).subnets ?? []);
  const lists = memberSettings(build, onlyAnnotated, (ingress) =>
    classParamsOf(ingress, build.snapshot).subnets === undefined ? readList("subnets", [ingress.metadata.annotations]) : undefined,
  ).map(({ value }) => value);
  const [selector, ...otherSelectors] = selectors;
  const list = selector === undefined ? agreedList(build, lists, { title: "subnets", isOrdered: false }) : lists[0];
  if (selector !== undefined) {
    if (list !== undefined) reportProblem("conflicting subnet specifications: IngressClassParams versus annotation");
    if (otherSelectors.some((other) => !isEqual(selector, other))) reportProblem("conflicting IngressClassParams subnet specifications");
    return selector.ids === undefined ? [...build.flags.discoveredSubnets] : enough(build, selector.ids);
  }
  if (list === undefined) return storedSubnets(build, scheme) ?? [...build.flags.discoveredSubnets];
  return enough(build, list);
}

function enough(build: StackBuild, subnets: readonly string[]): string[] {
  if (subnets.length < MIN_SUBNETS)
    reportToGroup(build)(`subnets count less than minimal required count: ${subnets.length} < ${MIN_SUBNETS}`);
  return subnets.toSorted();
}

function storedSubnets({ snapshot, groupId }: StackBuild, scheme: string): string[] | undefined {
  const stored = loadBalancersOf(groupId, snapshot).find(({ spec }) => spec.type === "application");
  return stored?.spec.scheme === scheme ? stored.spec.subnets : undefined;
}
