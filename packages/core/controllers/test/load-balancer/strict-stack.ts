/** A group built strictly, HTTPS and all, as analysis does: the formatted model, or the first error. */
import { ObjectCache } from "@loopway/kube";
import { addressPlan, type Ingress, type KubeObject } from "@loopway/model";
import { buildStack } from "../../src/load-balancer/build-stack.ts";
import { type ControllerFlags, defaultFlags } from "../../src/load-balancer/flags.ts";
import { type FormattedStack, formatStack } from "../../src/load-balancer/format-stack.ts";
import { loadGroup, membershipOf } from "../../src/load-balancer/ingress-group.ts";
import { startBuild } from "../../src/load-balancer/stack-build.ts";
import { albClass, nodePortService } from "./objects.ts";

const web = nodePortService("web", 30_003);

export function strictStack(
  ingresses: readonly Ingress[],
  { objects = [], flags = {} }: { objects?: readonly KubeObject[]; flags?: Partial<ControllerFlags> } = {},
): FormattedStack | string {
  const snapshot = new ObjectCache();
  const all = [albClass, web, ...ingresses, ...objects];
  for (const kind of new Set(all.map((object) => object.kind)))
    snapshot.replace(
      kind,
      all.filter((object) => object.kind === kind),
    );
  const [first] = ingresses;
  const membership = first && membershipOf(first, snapshot);
  if (membership?.kind !== "member") return membership?.kind === "invalid" ? membership.message : "no member";
  const { groupId } = membership;
  const build = startBuild({
    groupId,
    members: loadGroup(groupId, snapshot).members,
    snapshot,
    settings: { plan: addressPlan(0), strict: true, serves: { https: true } },
    random: () => 0,
    flags: { ...defaultFlags, ...flags },
  });
  const stack = buildStack(build);
  return stack === undefined
    ? (build.problems.find(({ severity }) => severity === "error")?.message ?? "no error")
    : formatStack(groupId, stack);
}

/** Of the only resource of the type, or the one with the id. */
export function specOf(stack: FormattedStack | string, type: string, id?: string): Record<string, unknown> {
  if (typeof stack === "string") throw new Error(stack);
  const byId = Object.entries(stack.resources).find(([name]) => name.endsWith(`::${type}`))?.[1] ?? {};
  const [found] = id === undefined ? Object.values(byId) : [byId[id]];
  if (found === undefined) throw new Error(`no ${type} ${id ?? ""}`);
  return found.spec;
}
