import type { Snapshot } from "@loopway/kube";
import { type KubeObject, type Origin, objectKey, SOURCE_ANNOTATION } from "@loopway/model";
import type { Place } from "./explanation.ts";

export function placeOf(object: KubeObject, pointer = ""): Place {
  const source = object.metadata.annotations?.[SOURCE_ANNOTATION];
  return { object: `${object.kind} ${objectKey(object)}`, pointer, ...(source === undefined ? {} : { source }) };
}

/** Where a controller's object comes from; undefined when that object is not there. */
export function placeOfOrigin(origin: Origin | undefined, snapshot: Snapshot): Place | undefined {
  const object = origin === undefined ? undefined : snapshot.get(origin.kind, origin.namespace, origin.name);
  return origin === undefined || object === undefined ? undefined : placeOf(object, origin.pointer);
}
