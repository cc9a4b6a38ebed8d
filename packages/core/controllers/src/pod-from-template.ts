import type { KubeObject, Pod, PodTemplateSpec } from "@loopway/model";
import { controllerReference } from "./owner.ts";

export interface NewPod {
  name: string;
  generateName?: string;
  labels?: Record<string, string>;
}

/** A pod from a template, owned by its controller; it starts Pending and without a node. Kubernetes, controller_utils.go, GetPodFromTemplate. */
export function podFromTemplate(owner: KubeObject, { metadata = {}, spec }: PodTemplateSpec, { name, generateName, labels }: NewPod): Pod {
  const { namespace } = owner.metadata;
  const allLabels = { ...metadata.labels, ...labels };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      ...(generateName === undefined ? {} : { generateName }),
      ...(namespace === undefined ? {} : { namespace }),
      ...(Object.keys(allLabels).length === 0 ? {} : { labels: allLabels }),
      ...(metadata.annotations === undefined ? {} : { annotations: metadata.annotations }),
      ...(metadata.finalizers === undefined ? {} : { finalizers: metadata.finalizers }),
      ownerReferences: [controllerReference(owner)],
    },
    spec,
    status: { phase: "Pending" },
  };
}
