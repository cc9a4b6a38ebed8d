/** Creating and updating objects. Kubernetes API conventions, "Metadata" and "Concurrency Control and Consistency". */
import type { KubeObject, ObjectMeta } from "@loopway/model";
import { type ApiFailure, alreadyExists, conflict, invalid, isFailure, notFound } from "./failure.ts";
import { isHeld } from "./finalizers.ts";
import { immutableFieldCauses } from "./immutable-fields.ts";
import { isEqual, omit } from "./json.ts";
import { keepAllocations } from "./keep-allocations.ts";
import { type Draft, formatTimestamp, putObject, removeObject } from "./store.ts";

/** The alphabet of generated names: no vowels, no digits that look like letters (apimachinery, util/rand). */
const NAME_ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
const DELETION_FIELDS = ["deletionTimestamp", "deletionGracePeriodSeconds"] as const satisfies (keyof ObjectMeta)[];
const SYSTEM_FIELDS = ["uid", "resourceVersion", "generation", "creationTimestamp", ...DELETION_FIELDS] as const;
/** What a change of does not make a new generation. */
const OUTSIDE_SPEC = ["metadata", "status"];

/** Fills uid, resourceVersion, generation, creationTimestamp, and the name where only generateName is given. */
export function createObject(draft: Draft, object: KubeObject): KubeObject | ApiFailure {
  const { now, newUid } = draft.context;
  const name = object.metadata.name || generatedName(draft, object.metadata.generateName ?? "");
  if (draft.objects.get(object.kind, object.metadata.namespace, name) !== undefined) return alreadyExists(object.kind, name);
  const metadata: ObjectMeta = { ...object.metadata, name, uid: newUid(), generation: 1, creationTimestamp: formatTimestamp(now) };
  for (const field of DELETION_FIELDS) if (field in metadata) delete metadata[field];
  return putObject(draft, { ...object, metadata }, undefined);
}

function generatedName({ context }: Draft, base: string): string {
  let suffix = "";
  for (let index = 0; index < 5; index++) suffix += NAME_ALPHABET[Math.floor(context.random() * NAME_ALPHABET.length)];
  return base + suffix;
}

/**
 * Everything but the status, which is kept. An update that changes nothing is no write. One that takes the last finalizer from an object
 * that is being deleted removes it.
 */
export function updateObject(draft: Draft, object: KubeObject): KubeObject | ApiFailure {
  const current = currentFor(draft, object);
  if (isFailure(current)) return current;
  const wanted = keepAllocations(object, current);
  const causes = immutableFieldCauses(wanted, current);
  if (causes.length > 0) return invalid(object.kind, object.metadata.name, causes);
  return storeUpdated(draft, current, withStatus(wanted, current.status));
}

/** Only the status; the generation stays. */
export function updateStatus(draft: Draft, object: KubeObject): KubeObject | ApiFailure {
  const current = currentFor(draft, object);
  if (isFailure(current)) return current;
  const next = withStatus(current, object.status);
  return isEqual(current, next) ? current : putObject(draft, next, current);
}

function currentFor(draft: Draft, object: KubeObject): KubeObject | ApiFailure {
  const { namespace, name, uid, resourceVersion } = object.metadata;
  const current = draft.objects.get(object.kind, namespace, name);
  if (current === undefined) return notFound(object.kind, name);
  if (uid !== undefined && uid !== current.metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${current.metadata.uid}`;
    return conflict(object.kind, name, why);
  }
  if (resourceVersion !== undefined && resourceVersion !== current.metadata.resourceVersion) {
    return conflict(object.kind, name, "the object has been modified; please apply your changes to the latest version and try again");
  }
  return current;
}

function withStatus(object: KubeObject, status: unknown): KubeObject {
  if (status !== undefined) return { ...object, status };
  const { status: _, ...rest } = object;
  return rest;
}

function storeUpdated(draft: Draft, current: KubeObject, next: KubeObject): KubeObject {
  const system = systemMetadata(current.metadata);
  const wanted = { ...next, metadata: { ...next.metadata, ...system } };
  for (const field of DELETION_FIELDS) if (field in wanted.metadata && !(field in system)) delete wanted.metadata[field];
  if (isEqual(current, wanted)) return current;
  if (!isEqual(omit({ ...current }, OUTSIDE_SPEC), omit({ ...wanted }, OUTSIDE_SPEC)))
    wanted.metadata.generation = (current.metadata.generation ?? 0) + 1;
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = wanted.metadata;
  if (deletionTimestamp !== undefined && deletionGracePeriodSeconds === 0 && !isHeld(wanted)) return removeObject(draft, wanted, current);
  return putObject(draft, wanted, current);
}

/** What only the store sets; whatever an update says about it is ignored. */
function systemMetadata(current: ObjectMeta): Partial<ObjectMeta> {
  const system: Record<string, unknown> = {};
  for (const field of SYSTEM_FIELDS) if (current[field] !== undefined) system[field] = current[field];
  return system;
}
