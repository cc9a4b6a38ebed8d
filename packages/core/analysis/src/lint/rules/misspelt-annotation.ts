import { annotatedObjects, annotationKeys } from "../annotated-objects.ts";
import { ALB_PREFIX, annotationKeyPath } from "../annotation-path.ts";
import { type AnnotatedKind, familiesOf, isRead, NLB_PREFIX, readKeys } from "../known-annotations.ts";
import { type Nearest, nearestName } from "../nearest.ts";
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
        const nearest = nearestKey(key, object.kind);
        const path = annotationKeyPath(key);
        yield {
          object,
          path,
          message: `the controller does not know the annotation ${key}: it has no effect`,
          // What resembles nothing may be of a later version of the controller.
          ...(nearest === undefined ? { severity: "warning" as const } : { suggestion: `did you mean ${nearest.name}?` }),
          ...(nearest?.distance === 1 && nearest.isOnly && object.metadata.annotations?.[nearest.name] === undefined
            ? { fix: { title: `name it ${nearest.name}`, edits: [{ op: "rename" as const, path, key: nearest.name }] } }
            : {}),
        };
      }
    }
  },
};

/** By the suffix, in which the name of an action, a condition or a listener is its user's. */
function nearestKey(key: string, kind: AnnotatedKind): Nearest | undefined {
  const prefix = key.startsWith(NLB_PREFIX) ? NLB_PREFIX : ALB_PREFIX;
  const suffix = key.slice(key.indexOf("/") + 1);
  const dot = suffix.indexOf(".") + 1;
  const family = dot > 0 ? nearestName(suffix.slice(0, dot), familiesOf(kind)) : undefined;
  const names = readKeys(kind).flatMap((name) => (name.startsWith(prefix) ? name.slice(prefix.length) : []));
  const nearest = family === undefined ? nearestName(suffix, names) : { ...family, name: family.name + suffix.slice(dot) };
  const prefixEdits = key.startsWith(prefix) ? 0 : 1;
  return nearest && { ...nearest, name: prefix + nearest.name, distance: nearest.distance + prefixEdits };
}
