import { type ApiFailure, failure, isFailure, matchesFields, matchesSelector, parseFieldSelector, parseSelector } from "@loopway/kube";
import type { KubeObject, LabelSelector } from "@loopway/model";
import type { ApiStore } from "../store/api-store.ts";
import type { RequestTarget } from "./api-request.ts";

/** Which objects a list, a watch or a deletecollection concerns. */
export interface ObjectSelection {
  kind: string;
  namespace: string | undefined;
  matches: (object: KubeObject) => boolean;
}

export function parseSelection({ kind, namespace }: RequestTarget, query: URLSearchParams): ObjectSelection | ApiFailure {
  const labels = parseLabels(query.get("labelSelector") ?? "");
  if (isFailure(labels)) return labels;
  const fields = parseFieldSelector(query.get("fieldSelector") ?? "", kind.kind);
  if ("unsupported" in fields) return failure("BadRequest", `field label not supported: ${fields.unsupported}`);
  const { requirements } = fields;
  return {
    kind: kind.kind,
    namespace,
    matches: (object) =>
      (namespace === undefined || object.metadata.namespace === namespace) &&
      (labels === undefined || matchesSelector(labels, object.metadata.labels)) &&
      matchesFields(requirements, object),
  };
}

function parseLabels(text: string): LabelSelector | undefined | ApiFailure {
  if (text === "") return undefined;
  return parseSelector(text) ?? failure("BadRequest", `unable to parse requirement: invalid label selector ${JSON.stringify(text)}`);
}

/** In order of namespace and name, as it is on disk. */
export function selectObjects(store: ApiStore, { kind, namespace, matches }: ObjectSelection): KubeObject[] {
  return store
    .committed()
    .objects.list(kind, namespace === undefined ? {} : { namespace })
    .filter(matches);
}
