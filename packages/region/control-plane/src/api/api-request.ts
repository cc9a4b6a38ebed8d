import type { ApiFailure } from "@loopway/kube";
import type { AddressPlan, Kind } from "@loopway/model";
import type { ApiStore } from "../store/api-store.ts";

/** A request as the API sees it, whichever listener it came by. */
export interface ApiRequest {
  method: string;
  /** Decoded nowhere: as on the wire, without the query. */
  path: string;
  query: URLSearchParams;
  accept: string | undefined;
  /** Without parameters; empty when there is no body. */
  contentType: string;
  /** Parsed JSON. */
  body: unknown;
}

/** What a path of the API means. */
export interface RequestTarget {
  kind: Kind;
  namespace?: string;
  name?: string;
  subresource?: string;
}

/** A request for objects: what every verb is handed. */
export interface ResourceRequest {
  request: ApiRequest;
  target: RequestTarget;
  store: ApiStore;
  /** What addresses there are. */
  plan: AddressPlan;
}

export interface ApiAnswer {
  code: number;
  /** JSON text. */
  body: string;
  /** Sent as Warning headers (RFC 7234, 299), which kubectl prints. */
  warnings?: readonly string[];
}

export function answer(code: number, body: unknown, warnings: readonly string[] = []): ApiAnswer {
  return { code, body: JSON.stringify(body), warnings };
}

export function answerFailure(failure: ApiFailure): ApiAnswer {
  return answer(failure.code, failure);
}
