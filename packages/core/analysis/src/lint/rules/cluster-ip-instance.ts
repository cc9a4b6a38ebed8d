import { readText } from "@loopway/controllers";
import { annotationPath } from "../annotation-path.ts";
import type { LintRule } from "../rule.ts";
import { targetTypeOf } from "../target-type.ts";
import { usedServices } from "../used-services.ts";

export const clusterIpInstance: LintRule = {
  code: "cluster-ip-instance",
  severity: "error",
  summary: "a ClusterIP Service behind instance targets, which is the default: the whole group is refused",
  *check(subject) {
    if (!subject.isStrict) return;
    for (const { service, backends } of usedServices(subject)) {
      const { type = "ClusterIP" } = service.spec;
      if (type !== "ClusterIP") continue;
      for (const [ingress, backend] of new Map(backends.map((each) => [each.object, each]))) {
        if (targetTypeOf(ingress, service, subject.snapshot) !== "instance") continue;
        const annotated = readText("target-type", [ingress.metadata.annotations]) !== undefined;
        yield {
          object: ingress,
          path: annotated ? annotationPath("target-type") : backend.path,
          message: `Service ${service.metadata.name} is of type ClusterIP${service.spec.clusterIP === "None" ? " and headless" : ""}, and its targets are instances${annotated ? "" : ", as without target-type"}: the controller refuses the whole group`,
          suggestion: "write alb.ingress.kubernetes.io/target-type: ip, or make the Service type NodePort",
          related: [{ object: service, path: "/spec", message: "the Service" }],
        };
      }
    }
  },
};
