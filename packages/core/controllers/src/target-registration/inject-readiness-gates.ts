// What the Load Balancer Controller's webhook adds to a pod as it is created (pkg/inject/pod_readiness.go): a readiness gate for every binding
// of ip targets that would register it. A label or a binding that comes later changes no pod.
import { matchesSelector, type Snapshot } from "@loopway/kube";
import type { Namespace, Pod, Service, TargetGroupBinding } from "@loopway/model";
import { gateOf } from "./target-health-conditions.ts";

const INJECT_LABEL = "elbv2.k8s.aws/pod-readiness-gate-inject";

/** The pod itself where it gets none. */
export function withReadinessGates(pod: Pod, snapshot: Snapshot): Pod {
  const { namespace = "default", labels } = pod.metadata;
  const inject = snapshot.get<Namespace>("Namespace", undefined, namespace)?.metadata.labels?.[INJECT_LABEL];
  if (inject !== "enabled") return pod;
  const own = pod.spec.readinessGates ?? [];
  const registers = ({ spec }: TargetGroupBinding) => {
    const { selector = {} } = snapshot.get<Service>("Service", namespace, spec.serviceRef.name)?.spec ?? {};
    return spec.targetType === "ip" && Object.keys(selector).length > 0 && matchesSelector({ matchLabels: selector }, labels);
  };
  const gates = snapshot.list<TargetGroupBinding>("TargetGroupBinding", { namespace }).filter(registers).map(gateOf);
  const missing = gates.filter((gate) => own.every(({ conditionType }) => conditionType !== gate));
  if (missing.length === 0) return pod;
  return { ...pod, spec: { ...pod.spec, readinessGates: [...own, ...missing.map((conditionType) => ({ conditionType }))] } };
}
