import { type ApiFailure, failure, isJsonObject, type JsonPatchOperation, jsonPatch, mergePatch, strategicMergePatch } from "@loopway/kube";
import type { Kind } from "@loopway/model";

export const JSON_PATCH = "application/json-patch+json";
export const MERGE_PATCH = "application/merge-patch+json";
export const STRATEGIC_MERGE_PATCH = "application/strategic-merge-patch+json";

export type Patch = (current: unknown) => unknown;

/** A patch of the type that the request names; strategic merge needs Go structs and exists for built-in kinds only. */
export function parsePatch(kind: Kind, contentType: string, body: unknown): Patch | ApiFailure {
  const accepted = isBuiltIn(kind) ? [JSON_PATCH, MERGE_PATCH, STRATEGIC_MERGE_PATCH] : [JSON_PATCH, MERGE_PATCH];
  if (!accepted.includes(contentType)) {
    const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(", ")}`;
    return failure("UnsupportedMediaType", message);
  }
  if (contentType === JSON_PATCH) return parseJsonPatch(body);
  if (!isJsonObject(body)) return failure("BadRequest", "error decoding patch: json: cannot unmarshal the body into a map");
  return contentType === MERGE_PATCH ? (current) => mergePatch(current, body) : (current) => strategicMergePatch(current, body);
}

function parseJsonPatch(body: unknown): Patch | ApiFailure {
  if (!Array.isArray(body) || !body.every(isOperation)) {
    return failure("BadRequest", "error decoding patch: json: cannot unmarshal the body into a jsonpatch.Patch");
  }
  return (current) => {
    const patched = jsonPatch(current, body);
    if ("value" in patched) return patched.value;
    return failure("Invalid", `the server rejected our request due to an error in our request: ${patched.problem}`);
  };
}

function isOperation(value: unknown): value is JsonPatchOperation {
  return isJsonObject(value) && typeof value.op === "string" && typeof value.path === "string";
}

/** Groups without a domain of somebody else: "", apps, *.k8s.io. */
function isBuiltIn({ group }: Kind): boolean {
  return !group.includes(".") || (group.endsWith(".k8s.io") && !group.includes("services"));
}
