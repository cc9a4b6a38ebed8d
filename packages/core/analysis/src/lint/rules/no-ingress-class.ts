import type { Ingress } from "@loopway/model";
import { annotationKeys } from "../annotated-objects.ts";
import { ALB_PREFIX } from "../annotation-path.ts";
import type { LintRule } from "../rule.ts";

export const noIngressClass: LintRule = {
  code: "no-ingress-class",
  severity: "warning",
  summary: "an Ingress without class that has the controller's annotations: no controller takes it",
  *check({ snapshot, groups }) {
    const taken = new Set(groups.flatMap(({ members }) => members));
    for (const object of snapshot.list<Ingress>("Ingress")) {
      const className = object.spec?.ingressClassName ?? object.metadata.annotations?.["kubernetes.io/ingress.class"];
      const isMeant = annotationKeys(object).some((key) => key.startsWith(ALB_PREFIX));
      if (taken.has(object) || className !== undefined || !isMeant) continue;
      yield {
        object,
        path: "/spec",
        message: "has no ingress class, and no IngressClass is the default: no load balancer is built for it",
        suggestion: "write spec.ingressClassName: alb",
      };
    }
  },
};
