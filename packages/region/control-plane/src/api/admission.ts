/** What a write must be before its fields are looked at: an object of this resource, with this name, in a namespace that lives. */
import { refuseAllocation, withReadinessGates } from "@loopway/controllers";
import { type ApiFailure, type Draft, failure, invalid, isFailure, isJsonObject, notFound } from "@loopway/kube";
import { type AddressPlan, apiVersionOf, type KubeObject, type Pod, type Service } from "@loopway/model";
import type { RequestTarget } from "./api-request.ts";

/** The body as an object of the target's kind; kind, apiVersion and namespace may be left out. */
export function checkIdentity(body: unknown, target: RequestTarget): KubeObject | ApiFailure {
  if (isFailure(body)) return body;
  const { kind, namespace, name } = target;
  if (!isJsonObject(body)) return failure("BadRequest", "the object provided is unrecognized (must be of type Object)");
  const apiVersion = apiVersionOf(kind);
  if (body.kind !== undefined && body.kind !== kind.kind) {
    const message = `${String(body.kind)} in version "${kind.version}" cannot be handled as a ${kind.kind}: converting (${String(body.apiVersion)}.${String(body.kind)}) to (${apiVersion}.${kind.kind}): unknown conversion`;
    return failure("BadRequest", message);
  }
  if (body.apiVersion !== undefined && body.apiVersion !== apiVersion) {
    return failure(
      "BadRequest",
      `the API version in the data (${String(body.apiVersion)}) does not match the expected API version (${apiVersion})`,
    );
  }
  const metadata = body.metadata ?? {};
  if (!isJsonObject(metadata)) {
    return failure(
      "BadRequest",
      `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: metadata must be an object`,
    );
  }
  if (metadata.namespace !== undefined && metadata.namespace !== "" && metadata.namespace !== namespace) {
    return failure("BadRequest", "the namespace of the provided object does not match the namespace sent on the request");
  }
  if (name !== undefined && metadata.name !== undefined && metadata.name !== name) {
    return failure("BadRequest", `the name of the object (${String(metadata.name)}) does not match the name on the URL (${name})`);
  }
  const scope = namespace === undefined ? {} : { namespace };
  const identity = name === undefined ? {} : { name };
  return { ...body, apiVersion, kind: kind.kind, metadata: { ...metadata, ...scope, ...identity } } as KubeObject;
}

/** As the API server's NamespaceLifecycle admission. */
export function checkNamespace(draft: Draft, { kind, namespace }: RequestTarget): ApiFailure | undefined {
  if (namespace === undefined) return undefined;
  const found = draft.objects.get("Namespace", undefined, namespace);
  if (found === undefined) return notFound("Namespace", namespace);
  if (found.metadata.deletionTimestamp === undefined) return undefined;
  return failure(
    "Forbidden",
    `${kind.plural} is forbidden: unable to create new content in namespace ${namespace} because it is being terminated`,
    { kind: kind.plural },
  );
}

/** What kubectl and the Go clients rely on to be set. apps/v1 defaults; every other default is applied where it is read. */
export function withDefaults(object: KubeObject): KubeObject {
  const { kind, spec } = object;
  if ((kind !== "StatefulSet" && kind !== "DaemonSet") || !isJsonObject(spec) || spec.updateStrategy !== undefined) return object;
  return { ...object, spec: { ...spec, updateStrategy: { type: "RollingUpdate" } } };
}

/** What webhooks add to a new pod. */
export function admitPod(draft: Draft, object: KubeObject): KubeObject {
  return object.kind === "Pod" ? withReadinessGates(object as Pod, draft.objects) : object;
}

/** What was written, unless it asks for an address or a nodePort that it cannot have: then the transaction fails. */
export function admitAllocation(
  { objects }: Draft,
  written: KubeObject | ApiFailure,
  { current, plan }: { current?: KubeObject; plan: AddressPlan },
): KubeObject | ApiFailure {
  if (isFailure(written) || written.kind !== "Service") return written;
  const cause = refuseAllocation(written as Service, current as Service | undefined, { snapshot: objects, plan });
  return cause === undefined ? written : invalid("Service", written.metadata.name, [cause]);
}

/** A new object has no status yet where status is written separately; a Namespace starts with the finalizer that empties it. */
export function withDefaultsOfCreation(object: KubeObject): KubeObject {
  const { status: _, ...rest } = object;
  if (object.kind !== "Namespace") return rest;
  const { name } = object.metadata;
  const labels = { "kubernetes.io/metadata.name": name, ...object.metadata.labels };
  return { ...rest, metadata: { ...object.metadata, labels }, spec: { finalizers: ["kubernetes"] }, status: { phase: "Active" } };
}
