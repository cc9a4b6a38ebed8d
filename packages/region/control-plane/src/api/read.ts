import { type ApiFailure, failure, isFailure, notFound } from "@loopway/kube";
import { apiVersionOf, type KubeObject } from "@loopway/model";
import { buildTable, type TableOptions } from "../table/build-table.ts";
import { type ApiAnswer, answer, type ResourceRequest } from "./api-request.ts";
import { metadataOf, objectText, parseAccept, type Representation } from "./representation.ts";
import { scaleOf } from "./scale.ts";
import { parseSelection, selectObjects } from "./selection.ts";

export function readObject({ request, target, store }: ResourceRequest): ApiAnswer | ApiFailure {
  const { kind, namespace, name = "", subresource } = target;
  const object = store.committed().objects.get(kind.kind, namespace, name);
  if (object === undefined) return notFound(kind.kind, name);
  if (subresource === "scale") return answer(200, scaleOf(object));
  const representation = parseAccept(request.accept);
  if (representation === undefined) return notAcceptable();
  if (representation === "table") return answer(200, buildTable(kind, [object], tableOptions(request.query, store.writeContext().now)));
  return { code: 200, body: objectText(representation === "metadata" ? metadataOf(object) : object) };
}

/** All at once: `limit` may be ignored by a server (Kubernetes API reference, ListOptions.limit), and no `continue` is ever given out. */
export function listObjects({ request, target, store }: ResourceRequest): ApiAnswer | ApiFailure {
  const representation = parseAccept(request.accept);
  if (representation === undefined) return notAcceptable();
  const selection = parseSelection(target, request.query);
  if (isFailure(selection)) return selection;
  const { revision } = store.committed();
  const problem = checkListVersion(request.query, revision);
  if (problem !== undefined) return problem;

  const objects = selectObjects(store, selection);
  const { kind } = target;
  const metadata = { resourceVersion: String(revision) };
  if (representation === "table") {
    return answer(200, { ...buildTable(kind, objects, tableOptions(request.query, store.writeContext().now)), metadata });
  }
  return { code: 200, body: listText(objects, representation, { kind: `${kind.kind}List`, apiVersion: apiVersionOf(kind), metadata }) };
}

function listText(objects: readonly KubeObject[], representation: Representation, list: object): string {
  const items = objects.map((object) => (representation === "metadata" ? JSON.stringify(metadataOf(object)) : objectText(object)));
  const head = representation === "metadata" ? { ...list, kind: "PartialObjectMetadataList", apiVersion: "meta.k8s.io/v1" } : list;
  return `${JSON.stringify(head).slice(0, -1)},"items":[${items.join(",")}]}`;
}

/** "Not older than" any version up to now is what a list always is; others are refused. Kubernetes API concepts, "Resource versions". */
function checkListVersion(query: URLSearchParams, revision: number): ApiFailure | undefined {
  if (query.has("continue")) return failure("BadRequest", "continue key is not valid: this server sends every list whole");
  if (query.get("sendInitialEvents") === "true") return initialEventsRefused();
  const asked = query.get("resourceVersion") ?? "";
  if (asked === "") return undefined;
  if (!/^\d+$/.test(asked)) return failure("BadRequest", `resourceVersion: Invalid value: ${JSON.stringify(asked)}`);
  if (query.get("resourceVersionMatch") === "Exact" && Number(asked) !== revision) {
    return failure("Expired", `The provided resource version is too old: ${asked} (${revision})`);
  }
  if (Number(asked) <= revision) return undefined;
  const message = `Too large resource version: ${asked}, current: ${revision}`;
  return failure("Timeout", message, {
    causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version", field: "" }],
    retryAfterSeconds: 1,
  });
}

/** client-go falls back to list and watch on any refusal; silence would make it wait for ever. */
export function initialEventsRefused(): ApiFailure {
  const message = "sendInitialEvents: Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled";
  return failure("Invalid", `ListOptions.meta.k8s.io "" is invalid: ${message}`, {
    causes: [{ reason: "FieldValueForbidden", message: message.slice("sendInitialEvents: ".length), field: "sendInitialEvents" }],
  });
}

export function notAcceptable(): ApiFailure {
  return failure("NotAcceptable", "only the following media types are accepted: application/json");
}

export function tableOptions(query: URLSearchParams, now: number): TableOptions {
  const includeObject = query.get("includeObject");
  return { now, includeObject: includeObject === "None" || includeObject === "Object" ? includeObject : "Metadata" };
}
