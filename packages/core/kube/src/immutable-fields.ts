import type { KubeObject } from "@loopway/model";
import type { FieldCause } from "./failure.ts";
import { isEqual, isJsonObject } from "./json.ts";

interface ImmutableField {
  path: readonly string[];
  /** May still be set while it is empty, as allocation and scheduling do. */
  onceSet?: true;
  words?: string;
}

/** The obvious ones; the API server knows more (pkg/apis/<group>/validation). */
const immutableFields: Readonly<Record<string, readonly ImmutableField[]>> = {
  Service: [{ path: ["spec", "clusterIP"], onceSet: true, words: "may not change once set" }],
  Deployment: [{ path: ["spec", "selector"] }],
  ReplicaSet: [{ path: ["spec", "selector"] }],
  Pod: [{ path: ["spec", "nodeName"], onceSet: true }],
  Node: [{ path: ["spec", "providerID"], onceSet: true, words: "node updates may only change labels, taints, or capacity" }],
  IngressClass: [{ path: ["spec", "controller"] }],
  EndpointSlice: [{ path: ["addressType"] }],
  Secret: [{ path: ["type"] }],
};

export function immutableFieldCauses(next: KubeObject, current: KubeObject): FieldCause[] {
  const fields = immutableFields[next.kind] ?? [];
  return fields.flatMap(({ path, onceSet, words = "field is immutable" }): FieldCause[] => {
    const [before, after] = [valueAt(current, path), valueAt(next, path)];
    if (isEqual(before, after) || (onceSet === true && (before === undefined || before === ""))) return [];
    return [{ reason: "FieldValueInvalid", message: `Invalid value: ${JSON.stringify(after ?? null)}: ${words}`, field: path.join(".") }];
  });
}

function valueAt(object: unknown, path: readonly string[]): unknown {
  let value = object;
  for (const field of path) value = isJsonObject(value) ? value[field] : undefined;
  return value;
}
