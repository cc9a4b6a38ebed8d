// The load-balancer-attributes annotation: the union over the group; keys are AWS's business (model_build_load_balancer_attributes.go).
import type { Ingress, KeyValue } from "@loopway/model";
import { parseBoolean } from "../annotation-value.ts";
import { readMap } from "./annotations.ts";
import { classParamsOf } from "./ingress-class.ts";
import type { Group } from "./ingress-group.ts";
import { toKeyValues, toRecord } from "./key-values.ts";
import { reportToGroup, type StackBuild } from "./stack-build.ts";

const SUFFIX = "load-balancer-attributes";
const DELETION_PROTECTION = "deletion_protection.enabled";

export function buildLoadBalancerAttributes(build: StackBuild): KeyValue[] {
  const merged: Record<string, string> = {};
  for (const ingress of build.members) {
    const annotated = readMap(SUFFIX, [ingress.metadata.annotations], reportToGroup(build));
    const ofClass = toRecord(classParamsOf(ingress, build.snapshot).loadBalancerAttributes ?? []);
    for (const [key, value] of Object.entries({ ...annotated, ...ofClass })) {
      const known = merged[key];
      if (known !== undefined && known !== value) reportToGroup(build)(`conflicting load balancer attributes ${key}: ${known} | ${value}`);
      merged[key] = value;
    }
  }
  return toKeyValues(merged);
}

/** Deleting the only Ingress of an implicit group is refused while its load balancer is protected. */
export function findProtectedDeletion({ id, leaving }: Group): { ingress: Ingress; message: string } | undefined {
  const isHeld = (ingress: Ingress) => ingress.metadata.deletionTimestamp !== undefined && isProtected(ingress);
  const ingress = id.includes("/") ? leaving.find(isHeld) : undefined;
  if (ingress === undefined) return undefined;
  return { ingress, message: `deletion_protection is enabled, cannot delete the ingress: ${ingress.metadata.name}` };
}

function isProtected({ metadata }: Ingress): boolean {
  const attributes = readMap(SUFFIX, [metadata.annotations], () => {});
  return parseBoolean(attributes?.[DELETION_PROTECTION] ?? "false") === true;
}
