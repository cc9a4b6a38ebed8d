import type { IncomingMessage } from "node:http";
import { type ApiEndpoint, apiVersionOf, type KubeObject, kindNamed, resourcePath } from "@loopway/model";
import { ApiError, isNotFound } from "./api-error.ts";
import { type ApiRequest, createApiTransport } from "./api-transport.ts";
import type { Selection } from "./hop.ts";

/** Which object; a namespaced kind needs its namespace. */
export interface ObjectReference {
  kind: string;
  namespace?: string | undefined;
  name: string;
}

interface ApiAnswer {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Parsed JSON, or the text of an answer that is none. */
  body: unknown;
}

interface ObjectList<T extends KubeObject> {
  items: T[];
  resourceVersion: string;
}

interface WatchEvent {
  type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK";
  object: KubeObject;
}

interface WatchOptions {
  resourceVersion: string;
  onEvent: (event: WatchEvent) => void;
  signal: AbortSignal;
}

interface PatchOptions {
  /** RFC 7396 unless "strategic" (Kubernetes' own, built-in kinds). */
  type?: "merge" | "strategic";
  subresource?: "status" | "scale";
}

interface DeleteOptions {
  gracePeriodSeconds?: number;
  propagationPolicy?: "Background" | "Foreground" | "Orphan";
  preconditions?: { uid?: string; resourceVersion?: string };
}

/**
 * The Kubernetes API over HTTP, JSON only. An answer other than 2xx rejects with ApiError; an API that cannot be reached rejects with the
 * socket's error. Nothing is retried here.
 */
export interface ApiClient {
  /** Any path and method; never rejects because of the status. */
  send(request: ApiRequest): Promise<ApiAnswer>;
  /** Undefined when there is none. */
  get<T extends KubeObject>(reference: ObjectReference): Promise<T | undefined>;
  list<T extends KubeObject>(selection: Selection): Promise<ObjectList<T>>;
  create<T extends KubeObject>(object: T): Promise<T>;
  update<T extends KubeObject>(object: T, subresource?: "status"): Promise<T>;
  patch<T extends KubeObject>(reference: ObjectReference, patch: unknown, options?: PatchOptions): Promise<T>;
  /** An object that is gone already is no error. */
  delete(reference: ObjectReference, options?: DeleteOptions): Promise<void>;
  /** Resolves when the server ends the watch, or on abort; an ERROR event (410 Gone) rejects with ApiError. */
  watch(selection: Selection, options: WatchOptions): Promise<void>;
  /** Resolves as soon as something accepts connections where the API lives. */
  reachable(): Promise<void>;
  close(): void;
}

const PATCH_TYPES = { merge: "application/merge-patch+json", strategic: "application/strategic-merge-patch+json" } as const;

export function createApiClient(endpoint: ApiEndpoint): ApiClient {
  const transport = createApiTransport(endpoint);

  const send = async (request: ApiRequest): Promise<ApiAnswer> => {
    const answer = await transport.open(request, true);
    const text = await textOf(answer);
    return { status: answer.statusCode ?? 0, headers: answer.headers, body: parseBody(text) };
  };
  const ask = async (request: ApiRequest): Promise<unknown> => {
    const { status, body } = await send(request);
    if (status < 200 || status > 299) throw new ApiError(status, body);
    return body;
  };
  const askUnlessAbsent = (request: ApiRequest): Promise<unknown> =>
    ask(request).catch((error) => {
      if (!isNotFound(error)) throw error;
      return undefined;
    });

  return {
    send,
    get: <T extends KubeObject>(reference: ObjectReference) =>
      askUnlessAbsent({ method: "GET", path: pathOf(reference) }) as Promise<T | undefined>,
    list: async <T extends KubeObject>(selection: Selection) => {
      const list = (await ask({ method: "GET", path: collectionPath(selection) })) as ListBody<T>;
      const apiVersion = apiVersionOf(kindNamed(selection.kind));
      // Items of a list may come without kind and apiVersion, as a real API server's do.
      const items = list.items.map((item) => (item.kind === undefined ? { ...item, apiVersion, kind: selection.kind } : item));
      return { items, resourceVersion: list.metadata.resourceVersion };
    },
    create: <T extends KubeObject>(object: T) => {
      const { namespace } = object.metadata;
      return ask({ method: "POST", path: resourcePath(kindNamed(object.kind), namespace), body: object }) as Promise<T>;
    },
    update: <T extends KubeObject>(object: T, subresource?: "status") =>
      ask({ method: "PUT", path: pathOf(referenceTo(object), subresource), body: object }) as Promise<T>,
    patch: <T extends KubeObject>(reference: ObjectReference, patch: unknown, { type = "merge", subresource }: PatchOptions = {}) =>
      ask({ method: "PATCH", path: pathOf(reference, subresource), body: patch, contentType: PATCH_TYPES[type] }) as Promise<T>,
    delete: async (reference, options = {}) => {
      const body = { apiVersion: "v1", kind: "DeleteOptions", ...options };
      await askUnlessAbsent({ method: "DELETE", path: pathOf(reference), body });
    },
    watch: async (selection, { resourceVersion, onEvent, signal }) => {
      const path = collectionPath(selection, { watch: "true", allowWatchBookmarks: "true", resourceVersion });
      try {
        const answer = await transport.open({ method: "GET", path, signal }, false);
        if (answer.statusCode !== 200) throw new ApiError(answer.statusCode ?? 0, parseBody(await textOf(answer)));
        await readEvents(answer, onEvent);
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    },
    reachable: transport.reachable,
    close: transport.close,
  };
}

export function referenceTo({ kind, metadata }: KubeObject): ObjectReference {
  return { kind, namespace: metadata.namespace, name: metadata.name };
}

function pathOf({ kind, namespace, name }: ObjectReference, subresource?: string): string {
  return resourcePath(kindNamed(kind), namespace, encodeURIComponent(name), subresource);
}

interface ListBody<T> {
  metadata: { resourceVersion: string };
  items: T[];
}

function collectionPath(selection: Selection, query: Record<string, string> = {}): string {
  const { labelSelector, fieldSelector } = selection;
  const search = new URLSearchParams({
    ...query,
    ...(labelSelector === undefined ? {} : { labelSelector }),
    ...(fieldSelector === undefined ? {} : { fieldSelector }),
  }).toString();
  const path = resourcePath(kindNamed(selection.kind), selection.namespace);
  return search === "" ? path : `${path}?${search}`;
}

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = "";
  answer.setEncoding("utf8");
  for await (const chunk of answer) text += chunk;
  return text;
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A watch is one JSON document per line (Kubernetes API concepts, "Efficient detection of changes"). */
function readEvents(answer: IncomingMessage, onEvent: (event: WatchEvent) => void): Promise<void> {
  let rest = "";
  answer.setEncoding("utf8");
  return new Promise((resolve, reject) => {
    answer.on("data", (chunk: string) => {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      try {
        for (const line of lines) if (line !== "") onEvent(parseEvent(line));
      } catch (error) {
        reject(error);
        answer.destroy();
      }
    });
    answer.on("error", reject).on("close", resolve);
  });
}

function parseEvent(line: string): WatchEvent {
  const event = JSON.parse(line) as WatchEvent | { type: "ERROR"; object: { code?: number } };
  if (event.type === "ERROR") throw new ApiError(event.object.code ?? 500, event.object);
  return event;
}
