import { isJsonObject } from "@loopway/kube";
import type { LintRule } from "../rule.ts";
import { targetGroupServices } from "../target-group-services.ts";

const LABEL = "elbv2.k8s.aws/pod-readiness-gate-inject";

export const readinessGate: LintRule = {
  code: "readiness-gate",
  severity: "info",
  summary: "a namespace with ip targets without the label that makes pods wait for the load balancer: 503 during rollouts",
  *check(subject) {
    const told = new Set<string>();
    for (const { view, service, workloads } of targetGroupServices(subject)) {
      const { namespace = "default" } = service.metadata;
      const object = subject.snapshot.get("Namespace", undefined, namespace);
      const isRolled = workloads.some(({ object: each }) => isJsonObject(each.spec) && "template" in each.spec);
      if (view.targetGroup.spec.targetType !== "ip" || !isRolled || object === undefined || told.has(namespace)) continue;
      told.add(namespace);
      if (object.metadata.labels?.[LABEL] === "enabled") continue;
      const isWritten = object.metadata.annotations?.["loopway.dev/source"] !== undefined;
      yield {
        object: isWritten ? object : service,
        path: isWritten ? "/metadata" : "",
        message: `namespace ${namespace} lacks the label ${LABEL}: enabled: a rollout ends old pods before the load balancer finds the new ones healthy, and may answer 503 meanwhile`,
        suggestion: `kubectl label namespace ${namespace} ${LABEL}=enabled, before the pods are created`,
      };
    }
  },
};
