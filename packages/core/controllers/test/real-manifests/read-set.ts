/** Manifests of other people's applications, a folder per set. Helm values, templates, kustomize patches and kinds that no controller here reads are passed over. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { KubeObject } from "@loopway/model";
import { parseAllDocuments } from "yaml";

export const READ_KINDS = ["Ingress", "IngressClass", "IngressClassParams", "Namespace", "Secret", "Service"];
const CLUSTER_SCOPED = ["IngressClass", "IngressClassParams", "Namespace"];

/** Names of the sets that the folder has. */
export function setsIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
}

/** In the order of the files' names. An object may be there more than once: a set may hold variants of it. */
export function readSet(folder: string): KubeObject[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => /\.ya?ml$/.test(file));
  return files.sort().flatMap((file) => readDocuments(readFileSync(join(folder, file), "utf8")).flatMap(objectsIn));
}

function readDocuments(text: string): unknown[] {
  return parseAllDocuments(text, { logLevel: "error" }).flatMap((document) => (document.errors.length > 0 ? [] : [document.toJS()]));
}

function objectsIn(document: unknown): KubeObject[] {
  if (!isObject(document)) return [];
  if (document.kind === "List" && "items" in document && Array.isArray(document.items)) return document.items.flatMap(objectsIn);
  if (!READ_KINDS.includes(document.kind) || document.metadata?.name === undefined || "$patch" in document) return [];
  if (!hasTextAnnotations(document) || (document.kind === "Service" && !("spec" in document))) return [];
  const namespace = CLUSTER_SCOPED.includes(document.kind) ? {} : { namespace: document.metadata.namespace ?? "default" };
  return [{ ...document, metadata: { ...document.metadata, ...namespace } }];
}

/** The API refuses any other: "cannot unmarshal bool into Go struct field ObjectMeta.metadata.annotations of type string". */
function hasTextAnnotations({ metadata }: KubeObject): boolean {
  return Object.values(metadata.annotations ?? {}).every((value) => typeof value === "string");
}

function isObject(document: unknown): document is KubeObject {
  return typeof document === "object" && document !== null && "kind" in document && typeof document.kind === "string";
}
