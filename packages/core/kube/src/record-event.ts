import type { KubeEvent, KubeObject } from "@loopway/model";
import type { Change } from "./controller.ts";
import { fnv1a } from "./fnv1a.ts";
import { type Draft, formatTimestamp, putObject, removeObject } from "./store.ts";
import { createObject } from "./write-object.ts";

/** Events live in memory; the oldest goes when there are more. */
const MAX_EVENTS = 2_000;

/** Counts a repeat of the same reason and message about the same object, else creates the Event. Its name is derived, so a repeat is found by name. */
export function recordEvent(draft: Draft, change: Extract<Change, { op: "event" }>): void {
  const { about, reason, message, component } = change;
  const { namespace = "default", name, uid } = about.metadata;
  const eventName = `${name}.${hash([about.kind, uid ?? "", change.type, reason, message, component].join("\n"))}`;
  const timestamp = formatTimestamp(draft.context.now);
  const known = draft.objects.get<KubeEvent>("Event", namespace, eventName);
  if (known !== undefined) {
    putObject(draft, { ...known, count: (known.count ?? 1) + 1, lastTimestamp: timestamp } as KubeEvent, known);
    return;
  }
  dropOldest(draft);
  createObject(draft, {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: eventName, namespace },
    type: change.type,
    reason,
    message,
    involvedObject: referenceTo(about),
    source: { component },
    reportingComponent: component,
    firstTimestamp: timestamp,
    lastTimestamp: timestamp,
    count: 1,
  } as KubeEvent);
}

function referenceTo({ apiVersion, kind, metadata }: KubeObject): KubeEvent["involvedObject"] {
  const { name, namespace, uid, resourceVersion } = metadata;
  return { apiVersion, kind, name, ...(namespace && { namespace }), ...(uid && { uid }), ...(resourceVersion && { resourceVersion }) };
}

function dropOldest(draft: Draft): void {
  if (draft.objects.count("Event") < MAX_EVENTS) return;
  const oldest = draft.objects
    .list<KubeEvent>("Event")
    .reduce((left, right) => ((left.lastTimestamp ?? "") <= (right.lastTimestamp ?? "") ? left : right));
  removeObject(draft, oldest, oldest);
}

/** Twice with different offsets: sixteen hex digits. */
function hash(text: string): string {
  return [0x811c9dc5, 0x01000193].map((offset) => fnv1a(text, offset).toString(16).padStart(8, "0")).join("");
}
