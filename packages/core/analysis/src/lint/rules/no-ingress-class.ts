import type { Snapshot } from "@loopway/kube";
import type { Ingress } from "@loopway/model";
import { annotationKeys } from "../annotated-objects.ts";
import { ALB_PREFIX } from "../annotation-path.ts";
import type { LintRule } from "../rule.ts";

export const noIngressClass: LintRule = {
  code: "no-ingress-class",
  severity: "warning",
  summary: "an Ingress without a class, or of one that is not given, that has the controller's annotations: no controller takes it",
  *check({ snapshot, groups }) {
    const taken = new Set(groups.flatMap(({ members }) => members));
    for (const object of snapshot.list<Ingress>("Ingress")) {
      const className = object.spec?.ingressClassName ?? object.metadata.annotations?.["kubernetes.io/ingress.class"];
      const isMeant = annotationKeys(object).some((key) => key.startsWith(ALB_PREFIX));
      if (taken.has(object) || !isMeant) continue;
      if (className === undefined) {
        yield {
          object,
          path: "/spec",
          message: "has no ingress class, and no IngressClass is the default: no load balancer is built for it",
          suggestion: "write spec.ingressClassName: alb",
        };
      } else if (isUnknown(object, className, snapshot)) {
        yield {
          object,
          path: "/spec/ingressClassName",
          message: `IngressClass ${className} is not among these manifests, and nothing says that it is the Load Balancer Controller's: lint looks at nothing of this Ingress`,
          suggestion: `give the IngressClass too, or write spec.ingressClassName: alb`,
        };
      }
    }
  },
};

function isUnknown({ spec }: Ingress, className: string, snapshot: Snapshot): boolean {
  return spec?.ingressClassName === className && snapshot.get("IngressClass", undefined, className) === undefined;
}
