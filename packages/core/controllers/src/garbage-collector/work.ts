import { type KubeObject, kinds } from "@loopway/model";

/** What a key of the garbage collector names: unlike other controllers' keys it needs the kind. */
export interface ObjectName {
  kind: string;
  namespace: string | undefined;
  name: string;
}

/** "ReplicaSet default/web-5d9c", "Namespace team-a": neither kinds, namespaces nor names hold spaces or slashes. */
export function collectorKey({ kind, metadata }: KubeObject): string {
  return metadata.namespace === undefined ? `${kind} ${metadata.name}` : `${kind} ${metadata.namespace}/${metadata.name}`;
}

export function parseCollectorKey(key: string): ObjectName {
  const space = key.indexOf(" ");
  const [first = "", second] = key.slice(space + 1).split("/");
  const kind = key.slice(0, space);
  return second === undefined ? { kind, namespace: undefined, name: first } : { kind, namespace: first, name: second };
}

/** Kinds whose objects can own and be owned. Events refer to their object in another way, and there are many of them. */
export const collectedKinds = kinds.filter(({ kind }) => kind !== "Event");
