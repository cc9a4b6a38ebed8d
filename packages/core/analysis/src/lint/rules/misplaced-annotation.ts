import { annotatedObjects, annotationKeys } from "../annotated-objects.ts";
import { ALB_PREFIX, annotationKeyPath } from "../annotation-path.ts";
import { ingressAnnotations, isRead, NLB_PREFIX } from "../known-annotations.ts";
import type { Found, LintRule } from "../rule.ts";

export const misplacedAnnotation: LintRule = {
  code: "misplaced-annotation",
  severity: "warning",
  summary: "an annotation on the wrong kind of object: keys of network load balancers on an Ingress, Ingress keys on a Service",
  *check(subject) {
    for (const object of annotatedObjects(subject)) {
      for (const key of annotationKeys(object)) {
        const other = object.kind === "Ingress" ? "Service" : "Ingress";
        if (isRead(key, object.kind) || !isRead(key, other)) continue;
        yield { object, path: annotationKeyPath(key), ...describe(key, object.kind) };
      }
    }
  },
};

function describe(key: string, kind: "Ingress" | "Service"): Pick<Found, "message" | "suggestion"> {
  if (kind === "Service")
    return { message: `${key} is read of Ingresses only: on a Service it has no effect`, suggestion: "move it to the Ingress" };
  const suffix = key.slice(NLB_PREFIX.length).replace("aws-load-balancer-", "");
  const same = ingressAnnotations.find((each) => each === ALB_PREFIX + suffix || each === `${ALB_PREFIX + suffix}-seconds`);
  return {
    message: `${key} is read of Services of type LoadBalancer: on an Ingress it has no effect`,
    ...(same === undefined ? {} : { suggestion: `for an Ingress it is ${same}` }),
  };
}
