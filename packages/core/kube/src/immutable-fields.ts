import type { KubeObject, Service } from "@loopway/model";
import type { FieldCause } from "./failure.ts";
import { needsHealthCheckNodePort } from "./health-check-node-port.ts";
import { isEqual, isJsonObject } from "./json.ts";
import { forbidden, invalidValue } from "./validation/causes.ts";

interface ImmutableField {
  path: readonly string[];
  /** May still be set while it is empty, as allocation and scheduling do. */
  onceSet?: true;
  /** Only where both the object and what it is to become are such; any where absent. */
  when?: (object: KubeObject) => boolean;
  words?: string;
  /** Refused as forbidden, whatever the value. */
  isForbidden?: true;
}

/** The obvious ones; the API server knows more (pkg/apis/<group>/validation). */
const immutableFields: Readonly<Record<string, readonly ImmutableField[]>> = {
  Service: [
    { path: ["spec", "clusterIP"], onceSet: true, words: "may not change once set" },
    {
      path: ["spec", "healthCheckNodePort"],
      onceSet: true,
      when: ({ spec }) => needsHealthCheckNodePort((spec ?? {}) as Service["spec"]),
      isForbidden: true,
    },
  ],
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
  return fields.flatMap(({ path, onceSet, when = () => true, words = "field is immutable", isForbidden }): FieldCause[] => {
    const [before, after] = [valueAt(current, path), valueAt(next, path)];
    if (isEqual(before, after) || (onceSet === true && isEmpty(before)) || !when(current) || !when(next)) return [];
    const field = path.join(".");
    return isForbidden === true ? [forbidden(field, words)] : [invalidValue(field, after, words)];
  });
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === "" || value === 0;
}

function valueAt(object: unknown, path: readonly string[]): unknown {
  let value = object;
  for (const field of path) value = isJsonObject(value) ? value[field] : undefined;
  return value;
}
