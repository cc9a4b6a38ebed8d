// What comes from files is not yet what the API would store: `kubectl get -o yaml` carries statuses, uids and what controllers made,
// other objects lack a namespace or are refused. Invariant: no object that is admitted can have a field of a type that its readers do
// not expect.
import { checkObject, isJsonObject, withoutAllocations } from "@loopway/kube";
import { apiVersionOf, formatPointer, type Kind, type KubeObject, kinds, type Problem } from "@loopway/model";
import { capReplicas } from "./cap-replicas.ts";
import { objectProblem } from "./object-problem.ts";

export interface Admitted {
  objects: readonly KubeObject[];
  problems: readonly Problem[];
  ignored: readonly KubeObject[];
}

/** Made by controllers from other objects, or standing for the machine: they come anew. */
const DERIVED = new Set(["Event", "Lease", "Node", "AddressBinding", "LoadBalancer", "Listener", "Rule", "TargetGroup"]);
/** Controllers read what others report here; all other statuses come anew. */
const STATUS_KEPT = new Set(["Certificate", "HostedZone", "RecordSet"]);
const kindsByName = new Map(kinds.map((kind) => [kind.kind, kind]));
const groups = new Set(kinds.map(({ group, kind }) => `${group} ${kind}`));

/** Never throws, whatever the documents hold. Of two objects of one name the last counts. */
export function admitObjects(given: readonly KubeObject[]): Admitted {
  const objects = new Map<string, KubeObject>();
  const problems: Problem[] = [];
  const ignored: KubeObject[] = [];
  for (const document of given) {
    const object = withoutNulls(document) as KubeObject;
    const kind = kindOf(object);
    if (kind === undefined) {
      ignored.push(document);
      continue;
    }
    if (DERIVED.has(kind.kind) || kind.measured || isManaged(object)) continue;
    const identified = identify(kind, object);
    const refusal = refuse(kind, identified);
    if (refusal !== undefined) {
      problems.push(refusal);
      continue;
    }
    const key = `${kind.kind} ${identified.metadata.namespace ?? ""}/${identified.metadata.name || `#${objects.size}`}`;
    if (objects.delete(key)) problems.push(duplicateOf(identified));
    const capped = capReplicas(asCreated(identified));
    problems.push(...capped.problems);
    objects.set(key, capped.object);
  }
  return { objects: [...objects.values()], problems, ignored };
}

/** Go decodes null as if the field were not there. What holds none is given back as it is. */
function withoutNulls(value: unknown): unknown {
  if (!hasNulls(value)) return value;
  if (Array.isArray(value)) return value.filter((item) => item !== null && item !== undefined).map(withoutNulls);
  if (!isJsonObject(value)) return value;
  const kept: [string, unknown][] = [];
  for (const [field, inner] of Object.entries(value)) if (inner !== null && inner !== undefined) kept.push([field, withoutNulls(inner)]);
  return Object.fromEntries(kept);
}

function hasNulls(value: unknown): boolean {
  if (typeof value !== "object") return value === undefined;
  if (value === null) return true;
  if (Array.isArray(value)) return value.some(hasNulls);
  for (const field in value) if (hasNulls((value as Record<string, unknown>)[field])) return true;
  return false;
}

/** Undefined where nothing here reads such objects. A version that is served no longer is refused later, not ignored. */
function kindOf(object: unknown): Kind | undefined {
  if (!isJsonObject(object) || typeof object.apiVersion !== "string" || typeof object.kind !== "string") return undefined;
  const group = object.apiVersion.includes("/") ? (object.apiVersion.split("/")[0] ?? "") : "";
  if (object.kind === "Ingress" && group === "extensions") return kindsByName.get("Ingress");
  return groups.has(`${group} ${object.kind}`) ? kindsByName.get(object.kind) : undefined;
}

/** A ReplicaSet of a Deployment, a Pod of a ReplicaSet, the slices of a Service: what a controller here makes again. */
function isManaged({ metadata }: KubeObject): boolean {
  const references: unknown = (metadata as unknown) === undefined ? undefined : metadata.ownerReferences;
  if (!Array.isArray(references)) return false;
  return references.some(
    (reference) => isJsonObject(reference) && reference.controller === true && kindsByName.has(String(reference.kind)),
  );
}

function identify(kind: Kind, object: KubeObject): KubeObject {
  const given: Record<string, unknown> = isJsonObject(object.metadata) ? object.metadata : {};
  const { namespace, name, ...rest } = given;
  const scope = kind.namespaced ? { namespace: namespace === undefined || namespace === "" ? "default" : namespace } : {};
  return { ...object, kind: kind.kind, metadata: { ...rest, name: name ?? "", ...scope } as KubeObject["metadata"] };
}

function refuse(kind: Kind, object: KubeObject): Problem | undefined {
  const served = apiVersionOf(kind);
  if (object.apiVersion !== served) {
    // kubectl, resource builder.
    const message = `no matches for kind "${kind.kind}" in version "${object.apiVersion}"; ${kind.kind} is served as ${served} only`;
    return objectProblem(object, { code: "NoKindMatch", message, path: "/apiVersion" });
  }
  const failure = checkObject(kind, object);
  if (failure === undefined) return undefined;
  const field = failure.details?.causes?.[0]?.field;
  return objectProblem(object, {
    code: failure.reason,
    message: failure.message,
    ...(field === undefined ? {} : { path: pointerOf(field) }),
  });
}

/** "spec.rules[0].host" → "/spec/rules/0/host". A key of annotations or labels holds dots of its own, and is the last. */
function pointerOf(field: string): string {
  const [, map, key] = /^((?:.+\.)?metadata\.(?:annotations|labels))\.(.+)$/.exec(field) ?? [];
  const steps = (map ?? field).replaceAll(/\[(\d+)\]/g, ".$1").split(".");
  return formatPointer(...steps, ...(key === undefined ? [] : [key]));
}

function duplicateOf(object: KubeObject): Problem {
  return objectProblem(object, {
    code: "Duplicate",
    message: `${object.kind} ${object.metadata.name} is given more than once; this one counts`,
    severity: "warning",
  });
}

/** As a client would create it: without what a server wrote into it. */
function asCreated(object: KubeObject): KubeObject {
  const { status, ...rest } = object;
  const { uid, resourceVersion, ownerReferences, finalizers, managedFields, deletionTimestamp, generation, ...metadata } = object.metadata;
  const spec = withoutAllocations(object);
  return {
    ...rest,
    metadata,
    ...(spec === undefined ? {} : { spec }),
    ...(status === undefined || !STATUS_KEPT.has(object.kind) ? {} : { status }),
  };
}
