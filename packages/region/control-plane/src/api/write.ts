import {
  type ApiFailure,
  createObject,
  type Draft,
  deleteObject,
  dropHealthCheckNodePort,
  isFailure,
  isJsonObject,
  notFound,
  updateObject,
  updateStatus,
} from "@loopway/kube";
import type { KubeObject } from "@loopway/model";
import { validatorOf } from "../validation/validate-object.ts";
import { admitAllocation, admitPod, checkIdentity, checkNamespace, withDefaults, withDefaultsOfCreation } from "./admission.ts";
import { type ApiAnswer, answer, type ResourceRequest } from "./api-request.ts";
import { parsePatch } from "./patch.ts";
import { objectText } from "./representation.ts";
import { scaleOf, withScale } from "./scale.ts";

export async function createFromRequest({ request, target, store, plan }: ResourceRequest): Promise<ApiAnswer | ApiFailure> {
  const validator = await validatorOf(target.kind, request.query);
  const identified = checkIdentity(request.body, target);
  if (isFailure(identified)) return identified;
  const checked = validator.check(withDefaults(withDefaultsOfCreation(identified)));
  if (isFailure(checked)) return checked;
  const created = await store.write(
    (draft) => checkNamespace(draft, target) ?? admitAllocation(draft, createObject(draft, admitPod(draft, checked.object)), { plan }),
    dryRunOf(request.query),
  );
  return isFailure(created) ? created : { code: 201, body: objectText(created), warnings: checked.warnings };
}

export async function updateFromRequest(resource: ResourceRequest): Promise<ApiAnswer | ApiFailure> {
  const { request, target } = resource;
  if (target.subresource === "scale") return change(resource, () => request.body);
  const identified = checkIdentity(request.body, target);
  return isFailure(identified) ? identified : change(resource, () => identified);
}

export async function patchFromRequest(resource: ResourceRequest): Promise<ApiAnswer | ApiFailure> {
  const patch = parsePatch(resource.target.kind, resource.request.contentType, resource.request.body);
  return isFailure(patch) ? patch : change(resource, patch);
}

/** Reads, computes and writes in one transaction: nothing comes between, so no conflict needs a retry. */
async function change(resource: ResourceRequest, next: (current: unknown) => unknown): Promise<ApiAnswer | ApiFailure> {
  const { request, target, store, plan } = resource;
  const { kind, namespace, name = "", subresource } = target;
  const validator = await validatorOf(kind, request.query);
  let warnings: readonly string[] = [];
  const written = await store.write((draft) => {
    const current = draft.objects.get(kind.kind, namespace, name);
    if (current === undefined) return notFound(kind.kind, name);
    if (subresource === "scale") return writeScale(draft, current, next(scaleOf(current)));
    const wanted = checkIdentity(next(current), target);
    if (isFailure(wanted)) return wanted;
    const checked =
      subresource === "status" ? validator.checkStatus(wanted) : validator.check(withDefaults(dropHealthCheckNodePort(wanted, current)));
    if (isFailure(checked)) return checked;
    warnings = checked.warnings;
    if (subresource === "status") return updateStatus(draft, checked.object);
    return admitAllocation(draft, updateObject(draft, checked.object), { current, plan });
  }, dryRunOf(request.query));
  if (isFailure(written)) return written;
  return { code: 200, body: subresource === "scale" ? JSON.stringify(scaleOf(written)) : objectText(written), warnings };
}

function writeScale(draft: Draft, current: KubeObject, scale: unknown): KubeObject | ApiFailure {
  if (isFailure(scale)) return scale;
  const scaled = withScale(current, scale);
  if (isFailure(scaled)) return scaled;
  const metadata = isJsonObject(scale) && isJsonObject(scale.metadata) ? scale.metadata : {};
  const { resourceVersion } = metadata;
  return updateObject(draft, {
    ...scaled,
    metadata: typeof resourceVersion === "string" ? { ...scaled.metadata, resourceVersion } : scaled.metadata,
  });
}

interface DeleteOptions {
  gracePeriodSeconds?: number;
  propagationPolicy?: string;
  preconditions?: { uid?: string };
}

/** An object that is gone answers with a Success Status, one that still ends with itself. */
export async function deleteFromRequest({ request, target, store }: ResourceRequest): Promise<ApiAnswer | ApiFailure> {
  const { kind, namespace, name = "" } = target;
  const options = deleteOptions(request.body, request.query);
  const deleted = await store.write((draft) => deleteOne(draft, { kind: kind.kind, namespace, name }, options), dryRunOf(request.query));
  if (isFailure(deleted)) return deleted;
  if (!deleted.removed) return { code: 200, body: objectText(deleted.object) };
  const { uid } = deleted.object.metadata;
  const details = { name, ...(kind.group === "" ? {} : { group: kind.group }), kind: kind.plural, uid };
  return answer(200, { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", details });
}

/** One transaction for all of them. */
export async function deleteAll(resource: ResourceRequest, objects: readonly KubeObject[]): Promise<ApiAnswer | ApiFailure> {
  const { request, store } = resource;
  const options = deleteOptions(request.body, request.query);
  const deleted = await store.write((draft) => {
    for (const { kind, metadata } of objects) {
      const result = deleteOne(draft, { kind, namespace: metadata.namespace, name: metadata.name }, options);
      if (isFailure(result) && result.reason !== "NotFound") return result;
    }
    return objects;
  }, dryRunOf(request.query));
  if (isFailure(deleted)) return deleted;
  const { kind } = resource.target;
  return answer(200, { kind: `${kind.kind}List`, apiVersion: objects[0]?.apiVersion ?? "v1", metadata: {}, items: deleted });
}

/**
 * Orphan takes the dependents' references away in the same transaction; Background leaves dependents to the garbage collector, and so
 * does Foreground.
 */
function deleteOne(draft: Draft, object: { kind: string; namespace: string | undefined; name: string }, options: DeleteOptions) {
  const { gracePeriodSeconds, preconditions } = options;
  const uid = draft.objects.get(object.kind, object.namespace, object.name)?.metadata.uid;
  const result = deleteObject(draft, { ...object, uid: preconditions?.uid, gracePeriodSeconds });
  if (!isFailure(result) && options.propagationPolicy === "Orphan" && uid !== undefined) orphanDependents(draft, uid);
  return result;
}

function orphanDependents(draft: Draft, ownerUid: string): void {
  for (const kind of draft.objects.kinds()) {
    for (const object of draft.objects.list(kind)) {
      const { ownerReferences = [] } = object.metadata;
      const kept = ownerReferences.filter((reference) => reference.uid !== ownerUid);
      if (kept.length < ownerReferences.length) updateObject(draft, { ...object, metadata: { ...object.metadata, ownerReferences: kept } });
    }
  }
}

/** From the body, or from the query as older clients send them. */
function deleteOptions(body: unknown, query: URLSearchParams): DeleteOptions {
  const options: DeleteOptions = isJsonObject(body) ? { ...body } : {};
  const grace = query.get("gracePeriodSeconds");
  const policy = query.get("propagationPolicy");
  if (grace !== null && options.gracePeriodSeconds === undefined) options.gracePeriodSeconds = Number(grace);
  if (policy !== null && options.propagationPolicy === undefined) options.propagationPolicy = policy;
  return options;
}

export function dryRunOf(query: URLSearchParams): { dryRun: boolean } {
  return { dryRun: query.getAll("dryRun").includes("All") };
}
