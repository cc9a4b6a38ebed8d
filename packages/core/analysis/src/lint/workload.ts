// What runs pods: any object with a pod template, of kinds that Loopway runs and of those it does not (StatefulSet, DaemonSet, Rollout).
import { isJsonObject, matchesSelector } from "@loopway/kube";
import type { Container, KubeObject, PodSpec } from "@loopway/model";

export interface Workload {
  object: KubeObject;
  namespace: string;
  labels: Readonly<Record<string, string>>;
  /** RFC 6901 of the pod's spec. */
  podPath: string;
  pod: PodSpec;
  /** As written; undefined counts as one. */
  replicas: number | undefined;
}

/** What is no template, or a patch of one, is passed over. */
export function findWorkloads(objects: readonly KubeObject[]): Workload[] {
  return objects.flatMap((object) => workloadOf(object) ?? []);
}

function workloadOf(object: KubeObject): Workload | undefined {
  const { spec, metadata, kind } = object;
  if (!isJsonObject(spec) || kind === "Job" || kind === "CronJob") return undefined;
  const isPod = kind === "Pod";
  const template = isPod ? { metadata, spec } : spec.template;
  if (!isJsonObject(template) || !isJsonObject(template.spec) || !Array.isArray(template.spec.containers)) return undefined;
  const labels = isJsonObject(template.metadata) && isJsonObject(template.metadata.labels) ? template.metadata.labels : {};
  return {
    object,
    namespace: metadata.namespace ?? "default",
    labels: Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, String(value)])),
    podPath: isPod ? "/spec" : "/spec/template/spec",
    pod: template.spec as unknown as PodSpec,
    replicas: typeof spec.replicas === "number" ? spec.replicas : undefined,
  };
}

export function selectWorkloads(
  workloads: readonly Workload[],
  { namespace, selector }: { namespace: string; selector: Readonly<Record<string, string>> },
): Workload[] {
  return workloads.filter(
    (workload) => workload.namespace === namespace && matchesSelector({ matchLabels: { ...selector } }, workload.labels),
  );
}

/** All that may listen in the pod: sidecars too. */
export function containersOf({ pod }: Workload): Container[] {
  const { initContainers } = pod as { initContainers?: (Container & { restartPolicy?: string })[] };
  const sidecars = Array.isArray(initContainers) ? initContainers.filter(({ restartPolicy }) => restartPolicy === "Always") : [];
  return [...pod.containers, ...sidecars].filter(isJsonObject) as unknown as Container[];
}
