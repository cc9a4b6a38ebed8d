import type { KubeObject } from "@loopway/model";
import { isJsonObject } from "./json.ts";

/** One term of a field selector: the field's value, as text, must (not) be this. */
export interface FieldRequirement {
  path: readonly string[];
  value: string;
  equal: boolean;
}

/** What the API server lets one select by, beyond metadata.name and metadata.namespace. Kubernetes, "Field Selectors". */
const selectable: Readonly<Record<string, readonly string[]>> = {
  Pod: [
    "spec.nodeName",
    "spec.restartPolicy",
    "spec.schedulerName",
    "spec.serviceAccountName",
    "spec.hostNetwork",
    "status.phase",
    "status.podIP",
    "status.nominatedNodeName",
  ],
  Event: [
    ...["kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"].map((field) => `involvedObject.${field}`),
    "reason",
    "reportingComponent",
    "source",
    "type",
  ],
  Node: ["spec.unschedulable"],
  Namespace: ["status.phase"],
  Secret: ["type"],
  ReplicaSet: ["status.replicas"],
};

/** "metadata.name=web,status.phase!=Failed"; or the first term that the kind does not know or that does not parse. */
export function parseFieldSelector(text: string, kind: string): { requirements: FieldRequirement[] } | { unsupported: string } {
  const requirements: FieldRequirement[] = [];
  for (const term of text.split(",")) {
    if (term === "") continue;
    const parts = /^(?<path>[^=!]+)(?<operator>!=|==|=)(?<value>.*)$/.exec(term)?.groups;
    const path = parts?.path ?? term;
    const isKnown = path === "metadata.name" || path === "metadata.namespace" || selectable[kind]?.includes(path) === true;
    if (parts === undefined || !isKnown) return { unsupported: path };
    requirements.push({ path: path.split("."), value: parts.value ?? "", equal: parts.operator !== "!=" });
  }
  return { requirements };
}

export function matchesFields(requirements: readonly FieldRequirement[], object: KubeObject): boolean {
  return requirements.every(({ path, value, equal }) => (textAt(object, path) === value) === equal);
}

/** An absent field is the empty string, as in Go. An Event's `source` means its component. */
function textAt(object: KubeObject, path: readonly string[]): string {
  let value: unknown = object;
  for (const field of path) value = isJsonObject(value) ? value[field] : undefined;
  if (isJsonObject(value)) value = value.component;
  return value === undefined || value === null ? "" : String(value);
}
