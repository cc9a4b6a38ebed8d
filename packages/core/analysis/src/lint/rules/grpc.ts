import { readText } from "@loopway/controllers";
import { annotationPath } from "../annotation-path.ts";
import type { LintRule, Spot } from "../rule.ts";
import { type TargetGroupService, targetGroupServices } from "../target-group-services.ts";

/** elbv2 Matcher, GrpcCode: values from 0 to 99, singly, in lists and ranges. */
const GRPC_CODES = /^\d{1,2}([-,]\d{1,2})*$/;

export const grpcSuccessCodes: LintRule = {
  code: "grpc-success-codes",
  severity: "error",
  summary: "success-codes of a gRPC target group are gRPC codes, 0 to 99: AWS refuses HTTP's 200",
  *check(subject) {
    for (const group of targetGroupServices(subject)) {
      const codes = group.view.targetGroup.spec.matcher?.grpcCode;
      if (codes === undefined || GRPC_CODES.test(codes)) continue;
      yield {
        ...spotOf(group, "success-codes"),
        message: `success-codes ${codes} of a gRPC target group: AWS takes gRPC codes from 0 to 99 and refuses the group (0 is OK, 12 unimplemented)`,
        suggestion: "write 0, or 0-99; or leave it out, which asks for 12",
      };
    }
  },
};

export const grpcWithoutHttps: LintRule = {
  code: "grpc-without-https",
  severity: "warning",
  summary: "a gRPC target group behind an HTTP listener: gRPC needs HTTP/2, which an ALB speaks on HTTPS only",
  *check(subject) {
    for (const group of targetGroupServices(subject)) {
      const { view } = group;
      if (view.targetGroup.spec.protocolVersion !== "GRPC") continue;
      const listeners = subject.views.flatMap((each) => each.listeners).filter(({ ingresses }) => ingresses.includes(view.object));
      if (listeners.length === 0 || listeners.some(({ protocol }) => protocol === "HTTPS")) continue;
      yield {
        ...spotOf(group, "backend-protocol-version"),
        message:
          "gRPC clients need HTTP/2, which the load balancer speaks on HTTPS listeners only, and this Ingress has none: no call gets through",
        suggestion: `write listen-ports: '[{"HTTPS": 443}]' and certificate-arn`,
      };
    }
  },
};

/** The annotation on the Service, which wins, or the Ingress. */
function spotOf({ view, service }: TargetGroupService, suffix: string): Spot {
  const isOnService = readText(suffix, [service.metadata.annotations]) !== undefined;
  return { object: isOnService ? service : view.object, path: annotationPath(suffix) };
}
