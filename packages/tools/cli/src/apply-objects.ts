import { type ApiClient, ApiError, referenceTo } from "@loopway/hop-kit";
import { withoutAllocations } from "@loopway/kube";
import { apiVersionOf, type KubeObject, kinds, LAST_APPLIED_ANNOTATION, LoopwayError, objectKey, SOURCE_ANNOTATION } from "@loopway/model";
import { buildApplyPatch } from "./apply-patch.ts";

export type ApplyResult = "created" | "configured" | "unchanged";

/** Whether the API serves objects of this kind. */
export function isServed({ apiVersion, kind }: KubeObject): boolean {
  return kinds.some((candidate) => candidate.kind === kind && apiVersionOf(candidate) === apiVersion);
}

/** The namespace an object without one belongs to; cluster-scoped kinds have none. */
export function withNamespace(object: KubeObject): KubeObject {
  const kind = kinds.find((candidate) => candidate.kind === object.kind);
  if (kind === undefined || !kind.namespaced || object.metadata.namespace !== undefined) return object;
  return { ...object, metadata: { ...object.metadata, namespace: "default" } };
}

/**
 * Creates or changes one object as `kubectl apply` does: fields that the last apply set and this one does not are removed. Throws E_INVALID with
 * the API's words.
 */
export async function applyObject(api: ApiClient, given: KubeObject): Promise<ApplyResult> {
  // A dump of another cluster names addresses that the API would refuse.
  const object = given.spec === undefined ? given : { ...given, spec: withoutAllocations(given) };
  if (!isServed(object)) throw invalid(object, "kind", `Loopway serves no ${object.kind} of ${object.apiVersion}`);
  const lastApplied = JSON.stringify(object);
  const annotations = { ...object.metadata.annotations, [LAST_APPLIED_ANNOTATION]: lastApplied };
  const desired = { ...object, metadata: { ...object.metadata, annotations } };
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
    throw error instanceof ApiError ? refused(object, error) : error;
  }
}

/** An answer of the API in the words of the catalogue: which object, which field, what was expected. */
function refused(object: KubeObject, error: ApiError): LoopwayError {
  const { details } = error.body as { details?: { causes?: { field?: string; message?: string }[] } };
  const [cause] = details?.causes ?? [];
  return invalid(object, cause?.field ?? error.reason, cause?.message ?? error.message);
}

function invalid(object: KubeObject, field: string, reason: string): LoopwayError {
  const source = object.metadata.annotations?.[SOURCE_ANNOTATION];
  const name = `${source === undefined ? "" : `${source}: `}${object.kind} ${objectKey(object)}`;
  return new LoopwayError("E_INVALID", { object: name, field, reason });
}
