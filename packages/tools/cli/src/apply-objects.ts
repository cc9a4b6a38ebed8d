import { type ApiClient, ApiError, referenceTo } from "@loopway/hop-kit";
import { type KubeObject, kinds, LoopwayError, objectKey } from "@loopway/model";
import { buildApplyPatch, LAST_APPLIED_ANNOTATION } from "./apply-patch.ts";

export type ApplyResult = "created" | "configured" | "unchanged";

/** The namespace an object without one belongs to; cluster-scoped kinds have none. */
export function withNamespace(object: KubeObject): KubeObject {
  const kind = kinds.find((candidate) => candidate.kind === object.kind);
  if (kind === undefined || !kind.namespaced || object.metadata.namespace !== undefined) return object;
  return { ...object, metadata: { ...object.metadata, namespace: "default" } };
}

/** Creates or changes one object as `kubectl apply` does: fields that the last apply set and this one does not are removed. Throws E_INVALID with the API's words. */
export async function applyObject(api: ApiClient, object: KubeObject): Promise<ApplyResult> {
  const lastApplied = JSON.stringify(object);
  const desired = {
    ...object,
    metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, [LAST_APPLIED_ANNOTATION]: lastApplied } },
  };
  try {
    const existing = await api.get(referenceTo(object));
    if (existing === undefined) {
      await api.create(desired);
      return "created";
    }
    if (existing.metadata.annotations?.[LAST_APPLIED_ANNOTATION] === lastApplied) return "unchanged";
    const { type, patch } = buildApplyPatch(existing, desired);
    const changed = await api.patch(referenceTo(object), patch, { type });
    return changed.metadata.resourceVersion === existing.metadata.resourceVersion ? "unchanged" : "configured";
  } catch (error) {
    throw invalid(object, error);
  }
}

/** An answer of the API in the words of the catalogue: which object, which field, what was expected. Other failures pass through. */
export function invalid(object: KubeObject, error: unknown): unknown {
  if (!(error instanceof ApiError)) return error;
  const { details } = error.body as { details?: { causes?: { field?: string; message?: string }[] } };
  const [cause] = details?.causes ?? [];
  const source = object.metadata.annotations?.["loopway.dev/source"];
  const name = `${source === undefined ? "" : `${source}: `}${object.kind} ${objectKey(object)}`;
  return new LoopwayError(
    "E_INVALID",
    { object: name, field: cause?.field ?? error.reason, reason: cause?.message ?? error.message },
    { cause: error },
  );
}
