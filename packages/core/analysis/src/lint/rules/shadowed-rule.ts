import { isEqual } from "@loopway/kube";
import { objectKey } from "@loopway/model";
import type { RuleView } from "../group-view.ts";
import type { Found, LintRule } from "../rule.ts";
import { findShadows, type Shadow } from "../shadows.ts";
import { findWitness } from "../witness.ts";

export const shadowedRule: LintRule = {
  code: "shadowed-rule",
  severity: "error",
  summary: "a rule that never takes a request, because earlier ones take all of its requests",
  *check({ views }) {
    for (const { listeners } of views) {
      const shadows = listeners.flatMap(findShadows).filter((shadow) => !isDuplicate(shadow));
      for (const same of byPlace(shadows)) yield found(same);
    }
  },
};

/** An earlier rule asks for the very same. */
export function isDuplicate({ rule, by }: Shadow): boolean {
  return by.length === 1 && isEqual(by[0]?.rule.spec.conditions, rule.rule.spec.conditions);
}

/** A path has a rule on every listener of its Ingress. */
export function byPlace(shadows: readonly Shadow[]): [Shadow, ...Shadow[]][] {
  const places = new Map<string, [Shadow, ...Shadow[]]>();
  for (const shadow of shadows) {
    const key = `${objectKey(shadow.rule.object)} ${shadow.rule.path}`;
    const same = places.get(key);
    if (same === undefined) places.set(key, [shadow]);
    else same.push(shadow);
  }
  return [...places.values()];
}

function found([shadow, ...others]: [Shadow, ...Shadow[]]): Found {
  const { listener, rule, box, by } = shadow;
  const witness = findWitness(listener, rule, box);
  const ports = [shadow, ...others].map((each) => each.listener.listenerPort).join(" and ");
  const priorities = by.map((each) => each.rule.spec.priority).join(", ");
  return {
    object: rule.object,
    path: rule.path,
    message: `never takes a request: rule ${rule.rule.spec.priority} of port ${ports} stands behind rule ${priorities}, which ${by.length === 1 ? "takes" : "take"} all of its requests`,
    suggestion:
      "put it before them: earlier in spec.rules, or with a smaller group.order; ALB rules are tried in that order, never by length of path or host",
    ...(by.every((each) => answersAlike(each, rule)) ? { severity: "warning" as const } : {}),
    ...(witness === undefined ? {} : { witness }),
    related: by.map(({ object, path }) => ({ object, path, message: "takes its requests" })),
  };
}

/** Nobody can tell which of the two took a request. */
export function answersAlike(left: RuleView, right: RuleView): boolean {
  return isEqual(left.rule.spec.actions, right.rule.spec.actions) && isEqual(left.rule.spec.transforms, right.rule.spec.transforms);
}
