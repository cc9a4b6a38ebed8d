import type { Change, Snapshot } from "@loopway/kube";
import type { KubeEvent } from "@loopway/model";

type EventChange = Extract<Change, { op: "event" }>;

/** The event, unless this object already has one with the same reason and message: for what stays true at every reconcile. */
export function eventOnce(snapshot: Snapshot, event: EventChange): Change[] {
  const { namespace } = event.about.metadata;
  const known = snapshot
    .list<KubeEvent>("Event", namespace === undefined ? {} : { namespace })
    .some((existing) => repeats(existing, event));
  return known ? [] : [event];
}

function repeats(existing: KubeEvent, event: EventChange): boolean {
  const { kind, metadata } = event.about;
  const about = existing.involvedObject;
  return (
    existing.reason === event.reason &&
    existing.message === event.message &&
    about.kind === kind &&
    about.name === metadata.name &&
    about.uid === metadata.uid
  );
}
