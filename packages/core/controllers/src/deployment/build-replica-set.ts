import type { Deployment, ReplicaSet } from "@loopway/model";
import { controllerReference } from "../owner.ts";
import type { ReplicaBounds } from "./replica-bounds.ts";
import { currentAnnotations, sizeAnnotations } from "./replica-sets.ts";
import { TEMPLATE_HASH_LABEL, templateHash, templateWithHash } from "./template-hash.ts";

export interface NewReplicaSet {
  size: number;
  bounds: ReplicaBounds;
  revision: number;
}

/** The ReplicaSet of the Deployment's present template, "<deployment>-<hash>". Kubernetes, pkg/controller/deployment/sync.go, getNewReplicaSet. */
export function buildReplicaSet(deployment: Deployment, { size, bounds, revision }: NewReplicaSet): ReplicaSet {
  const { name, namespace } = deployment.metadata;
  const { selector, minReadySeconds } = deployment.spec;
  const hash = templateHash(deployment.spec.template);
  const template = templateWithHash(deployment, hash);
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name: `${name}-${hash}`,
      ...(namespace === undefined ? {} : { namespace }),
      labels: { ...template.metadata?.labels },
      annotations: { ...currentAnnotations(deployment, undefined, revision), ...sizeAnnotations(bounds) },
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas: size,
      ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [TEMPLATE_HASH_LABEL]: hash } },
      template,
    },
  };
}
