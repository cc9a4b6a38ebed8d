// The API from request to answer: discovery, or a verb on a resource.
//
//   path ─▶ discovery? ─▶ target ─▶ GET     object | list | watch
//                                   POST    create            PUT    update          (main, status, scale)
//                                   DELETE  one | collection  PATCH  merge, strategic, json
//                                   POST    eviction
import { type ApiFailure, failure, isFailure } from "@loopway/kube";
import type { AddressPlan } from "@loopway/model";
import type { ApiStore } from "../store/api-store.ts";
import { type ApiAnswer, type ApiRequest, answerFailure, type RequestTarget, type ResourceRequest } from "./api-request.ts";
import { discover } from "./discovery.ts";
import { evictFromRequest } from "./evict.ts";
import { listObjects, readObject } from "./read.ts";
import { parseRequestTarget } from "./request-target.ts";
import { parseSelection, selectObjects } from "./selection.ts";
import { openWatch, type Watch } from "./watch.ts";
import { createFromRequest, deleteAll, deleteFromRequest, patchFromRequest, updateFromRequest } from "./write.ts";

/** `measure` brings metrics up to date; false where nobody measures. */
export interface Api {
  store: ApiStore;
  plan: AddressPlan;
  measure(): Promise<boolean>;
}

export async function answerRequest({ store, plan, measure }: Api, request: ApiRequest): Promise<ApiAnswer | Watch> {
  const discovery = request.method === "GET" ? discover(request.path) : undefined;
  if (discovery !== undefined) return discovery;
  const target = parseRequestTarget(request.path);
  if (target === undefined) return answerFailure(failure("NotFound", "the server could not find the requested resource"));
  if (target.kind.measured) {
    if (request.method !== "GET" || isWatch(request)) return answerFailure(notAllowed());
    if (!(await measure())) return answerFailure(unmeasured(target));
  }
  const answered = await answerResource({ store, plan, request, target });
  return isFailure(answered) ? answerFailure(answered) : answered;
}

async function answerResource(resource: ResourceRequest): Promise<ApiAnswer | Watch | ApiFailure> {
  const { request, target } = resource;
  const verb = `${request.method} ${placeOf(target)}`;
  switch (verb) {
    case "GET collection":
      return isWatch(request) ? openWatch(resource) : listObjects(resource);
    case "GET object":
    case "GET subresource":
      return target.subresource === "eviction" ? notAllowed() : readObject(resource);
    case "POST subresource":
      return target.subresource === "eviction" ? evictFromRequest(resource) : notAllowed();
    case "POST collection":
      if (target.kind.namespaced && target.namespace === undefined) return notAllowed();
      return createFromRequest(resource);
    case "PUT object":
    case "PUT subresource":
      return updateFromRequest(resource);
    case "PATCH object":
    case "PATCH subresource":
      return patchFromRequest(resource);
    case "DELETE object":
      return deleteFromRequest(resource);
    case "DELETE collection": {
      const selection = parseSelection(target, request.query);
      return isFailure(selection) ? selection : deleteAll(resource, selectObjects(resource.store, selection));
    }
    default:
      return notAllowed();
  }
}

function placeOf({ name, subresource }: RequestTarget): "collection" | "object" | "subresource" {
  if (name === undefined) return "collection";
  return subresource === undefined ? "object" : "subresource";
}

function isWatch({ query }: ApiRequest): boolean {
  return query.get("watch") === "true" || query.get("watch") === "1";
}

function unmeasured({ kind, name }: RequestTarget): ApiFailure {
  const verb = name === undefined ? "list" : "get";
  return failure("ServiceUnavailable", `the server is currently unable to handle the request (${verb} ${kind.plural}.${kind.group})`);
}

function notAllowed(): ApiFailure {
  return failure("MethodNotAllowed", "the server does not allow this method on the requested resource");
}
