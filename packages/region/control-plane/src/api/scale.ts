/** The scale subresource: autoscaling/v1 Scale over spec.replicas. */
import { type ApiFailure, failure, formatSelector, invalid, isJsonObject } from "@loopway/kube";
import type { Deployment, KubeObject, ReplicaSet } from "@loopway/model";

export function scaleOf(object: KubeObject): KubeObject {
  const { metadata, spec, status } = object as Deployment | ReplicaSet;
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: JSON.parse(JSON.stringify({ name, namespace, uid, resourceVersion, creationTimestamp })),
    spec: { replicas: spec.replicas ?? 1 },
    status: { replicas: status?.replicas ?? 0, selector: formatSelector(spec.selector) },
  };
}

/** The object with the replicas that a Scale asks for. */
export function withScale(object: KubeObject, scale: unknown): KubeObject | ApiFailure {
  const spec = isJsonObject(scale) ? scale.spec : undefined;
  const replicas = isJsonObject(spec) ? (spec.replicas ?? 0) : undefined;
  if (typeof replicas !== "number" || !Number.isInteger(replicas)) {
    const message = "json: cannot unmarshal into Go struct field ScaleSpec.spec.replicas of type int32";
    return failure("BadRequest", `Scale in version "v1" cannot be handled as a Scale: ${message}`);
  }
  if (replicas < 0) {
    const message = `Invalid value: ${replicas}: must be greater than or equal to 0`;
    return invalid(object.kind, object.metadata.name, [{ reason: "FieldValueInvalid", message, field: "spec.replicas" }]);
  }
  return { ...object, spec: { ...(object.spec as object), replicas } };
}
