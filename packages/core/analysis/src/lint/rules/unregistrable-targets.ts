import type { LintRule } from "../rule.ts";
import { targetGroupServices } from "../target-group-services.ts";

export const unregistrableTargets: LintRule = {
  code: "unregistrable-targets",
  severity: "error",
  summary: "a Service of which no target is ever registered: ExternalName, or without selector",
  *check(subject) {
    const told = new Set<string>();
    for (const { view, service } of targetGroupServices(subject)) {
      const { targetType } = view.targetGroup.spec;
      const reason = reasonOf(service.spec, targetType);
      const key = `${service.metadata.namespace}/${service.metadata.name}`;
      if (reason === undefined || told.has(key)) continue;
      told.add(key);
      const { object, path } = view;
      yield {
        object: service,
        path: reason.path,
        message: `${reason.message}: the target group stays empty without an error, and the load balancer answers 503`,
        suggestion: reason.suggestion,
        related: [{ object, path, message: "sends requests to it" }],
      };
    }
  },
};

function reasonOf(
  { type, selector }: { type?: string; selector?: Readonly<Record<string, string>> },
  targetType: string,
): { path: string; message: string; suggestion: string } | undefined {
  if (type === "ExternalName")
    return {
      path: "/spec/type",
      message: "an ExternalName Service has no endpoints",
      suggestion: "redirect to the name, or forward to a target group of your own (targetGroupARN)",
    };
  if (Object.keys(selector ?? {}).length === 0 && targetType === "ip")
    return {
      path: "/spec",
      message: "a Service without selector has only endpoints written by hand, and the controller registers none but pods",
      suggestion: "give it a selector, or forward to a target group of your own (targetGroupARN)",
    };
  return undefined;
}
