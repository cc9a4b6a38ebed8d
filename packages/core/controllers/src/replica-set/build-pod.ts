import type { Pod, ReplicaSet } from "@loopway/model";
import { controllerReference } from "../owner.ts";

/** A pod from the template, owned by the ReplicaSet; it starts Pending and without a node. Kubernetes, controller_utils.go, GetPodFromTemplate. */
export function buildPod(replicaSet: ReplicaSet, name: string): Pod {
  const { metadata: template = {}, spec } = replicaSet.spec.template;
  const { namespace } = replicaSet.metadata;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      generateName: podNameBase(replicaSet),
      ...(namespace === undefined ? {} : { namespace }),
      ...(template.labels === undefined ? {} : { labels: template.labels }),
      ...(template.annotations === undefined ? {} : { annotations: template.annotations }),
      ...(template.finalizers === undefined ? {} : { finalizers: template.finalizers }),
      ownerReferences: [controllerReference(replicaSet)],
    },
    spec,
    status: { phase: "Pending" },
  };
}

export function podNameBase({ metadata }: ReplicaSet): string {
  return `${metadata.name}-`;
}
