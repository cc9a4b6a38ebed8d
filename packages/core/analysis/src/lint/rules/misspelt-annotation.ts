import { annotatedObjects, annotationKeys } from "../annotated-objects.ts";
import { ALB_PREFIX, annotationKeyPath } from "../annotation-path.ts";
import { isRead, NLB_PREFIX, readKeys } from "../known-annotations.ts";
import { nearestName } from "../nearest.ts";
import type { LintRule } from "../rule.ts";

/** Near misses of the prefixes. */
const NEAR_PREFIX = /^(a?lbs?|elb|nlb)\.(ingress\.)?(kubernetes|k8s)\.(io|aws)\/|^alb\.ingress\./;

export const misspeltAnnotation: LintRule = {
  code: "misspelt-annotation",
  severity: "error",
  summary: "an annotation that the controller does not know, and passes over in silence",
  *check(subject) {
    for (const object of annotatedObjects(subject)) {
      for (const key of annotationKeys(object)) {
        const isOurs =
          key.startsWith(ALB_PREFIX) || (key.startsWith(`${NLB_PREFIX}aws-`) && object.kind === "Service") || NEAR_PREFIX.test(key);
        if (!isOurs || isRead(key, "Ingress") || isRead(key, "Service")) continue;
        const suffix = key.slice(key.indexOf("/") + 1);
        const nearest = nearestSuffix(key, object.kind);
        const path = annotationKeyPath(key);
        yield {
          object,
          path,
          message: `the controller does not know the annotation ${suffix === "" ? key : key}: it has no effect`,
          ...(nearest === undefined ? {} : { suggestion: `did you mean ${nearest.name}?` }),
          ...(nearest?.distance === 1 && nearest.isOnly && object.metadata.annotations?.[nearest.name] === undefined
            ? { fix: { title: `name it ${nearest.name}`, edits: [{ op: "rename" as const, path, key: nearest.name }] } }
            : {}),
        };
      }
    }
  },
};

/** By the suffix where the prefix is right, else by the whole key; health-check and healthcheck are one word to everybody but the controller. */
function nearestSuffix(key: string, kind: "Ingress" | "Service") {
  const prefix = key.startsWith(NLB_PREFIX) ? NLB_PREFIX : ALB_PREFIX;
  const suffix = key.slice(key.indexOf("/") + 1);
  const suffixes = readKeys(kind).flatMap((name) => (name.startsWith(prefix) ? name.slice(prefix.length) : []));
  const nearest = nearestName(suffix, suffixes);
  const isPrefixRight = key.startsWith(prefix);
  return nearest === undefined
    ? undefined
    : { ...nearest, name: prefix + nearest.name, distance: nearest.distance + (isPrefixRight ? 0 : 1) };
}
