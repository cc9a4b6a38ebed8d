// One watch: where it starts, what it sends, when it ends. Kubernetes API concepts, "Efficient detection of changes".
//
//   resourceVersion absent or 0   every object as ADDED, then what follows
//   resourceVersion N             what follows N; 410 Gone as an ERROR event when that is forgotten
import { type ApiFailure, failure, isFailure, type StoreEvent, selectEvent } from "@loopway/kube";
import { apiVersionOf, type KubeObject } from "@loopway/model";
import { buildTable } from "../table/build-table.ts";
import type { ResourceRequest } from "./api-request.ts";
import { initialEventsRefused, notAcceptable, tableOptions } from "./read.ts";
import { metadataOf, objectText, parseAccept } from "./representation.ts";
import { type ObjectSelection, parseSelection, selectObjects } from "./selection.ts";

/** The answer of a watch; `send` may be given several events at a time. */
interface WatchSink {
  send(frames: string): void;
  end(): void;
}

export interface Watch {
  /** Sends until the client, the time-out or `stop` ends it. Returns `stop`. */
  start(sink: WatchSink): () => void;
}

/** kube-apiserver sends one about every minute. */
const BOOKMARK_INTERVAL_MS = 60_000;

export function openWatch(resource: ResourceRequest): Watch | ApiFailure {
  const { request, target } = resource;
  const { query } = request;
  if (query.get("sendInitialEvents") === "true") return initialEventsRefused();
  const format = eventFormat(resource);
  if (format === undefined) return notAcceptable();
  const selection = parseSelection(target, query);
  if (isFailure(selection)) return selection;
  const asked = query.get("resourceVersion") ?? "";
  if (!/^\d*$/.test(asked)) return failure("BadRequest", `resourceVersion: Invalid value: ${JSON.stringify(asked)}`);

  const frames = (events: readonly StoreEvent[]) => framesOf(events, selection, format);
  return { start: (sink) => startWatch({ ...resource, asked: Number(asked), selection, frames }, sink) };
}

interface StartedWatch extends ResourceRequest {
  /** 0: from what there is. */
  asked: number;
  selection: ObjectSelection;
  frames(events: readonly StoreEvent[]): string;
}

function startWatch(watch: StartedWatch, sink: WatchSink): () => void {
  const { request, target, store, asked, frames } = watch;
  const { revision } = store.committed();
  const first = asked === 0 ? initialEvents(watch) : store.eventsSince(asked);
  if (first === undefined || asked > revision) {
    sink.send(expiredFrame(asked, revision));
    sink.end();
    return () => undefined;
  }
  const sendEvents = (events: readonly StoreEvent[]) => {
    const text = frames(events);
    if (text !== "") sink.send(text);
  };
  sendEvents(first);
  const unsubscribe = store.subscribe(sendEvents);
  const withBookmarks = request.query.get("allowWatchBookmarks") === "true";
  const sendBookmark = () => sink.send(bookmarkFrame(target.kind, store.committed().revision));
  const bookmarks = withBookmarks ? setInterval(sendBookmark, BOOKMARK_INTERVAL_MS) : undefined;
  const stop = () => {
    unsubscribe();
    clearInterval(bookmarks);
    clearTimeout(timer);
  };
  const timer = endAfter(request.query.get("timeoutSeconds"), () => {
    if (withBookmarks) sendBookmark();
    stop();
    sink.end();
  });
  return stop;
}

function framesOf(events: readonly StoreEvent[], { kind, matches }: ObjectSelection, format: (event: StoreEvent) => string): string {
  let frames = "";
  for (const event of events) {
    if (event.object.kind !== kind) continue;
    const selected = selectEvent(event, matches);
    if (selected !== undefined) frames += format(selected);
  }
  return frames;
}

function initialEvents({ store, selection }: StartedWatch): StoreEvent[] {
  const { revision } = store.committed();
  return selectObjects(store, selection).map((object) => ({ type: "ADDED", object, revision }));
}

function endAfter(timeoutSeconds: string | null, end: () => void): NodeJS.Timeout | undefined {
  const seconds = Number(timeoutSeconds ?? 0);
  return seconds > 0 && seconds < 86_400 ? setTimeout(end, seconds * 1000) : undefined;
}

/** Columns go out with the first Table of a watch only, as the API server does it. */
function eventFormat({ request, target, store }: ResourceRequest): ((event: StoreEvent) => string) | undefined {
  const representation = parseAccept(request.accept);
  if (representation === undefined) return undefined;
  const frame = (type: string, text: string) => `{"type":"${type}","object":${text}}\n`;
  if (representation === "object") return ({ type, object }) => frame(type, objectText(object));
  if (representation === "metadata") return ({ type, object }) => frame(type, JSON.stringify(metadataOf(object)));
  let isFirst = true;
  return ({ type, object }) => {
    const table = buildTable(target.kind, [object], tableOptions(request.query, store.writeContext().now));
    const text = JSON.stringify(isFirst ? table : { ...table, columnDefinitions: [] });
    isFirst = false;
    return frame(type, text);
  };
}

function bookmarkFrame(kind: ResourceRequest["target"]["kind"], revision: number): string {
  const object: Pick<KubeObject, "kind" | "apiVersion"> & { metadata: { resourceVersion: string } } = {
    kind: kind.kind,
    apiVersion: apiVersionOf(kind),
    metadata: { resourceVersion: String(revision) },
  };
  return `${JSON.stringify({ type: "BOOKMARK", object })}\n`;
}

function expiredFrame(asked: number, revision: number): string {
  return `${JSON.stringify({ type: "ERROR", object: failure("Expired", `too old resource version: ${asked} (${revision})`) })}\n`;
}
