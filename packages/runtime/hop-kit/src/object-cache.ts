import type { ListOptions, Snapshot } from "@loopway/kube";
import { type KubeObject, type LabelSelector, objectKey } from "@loopway/model";

export interface ObjectCache {
  readonly snapshot: Snapshot;
  put(object: KubeObject): void;
  remove(object: KubeObject): void;
}

/** A live view: `snapshot` always shows the latest objects. */
export function createObjectCache(): ObjectCache {
  const objectsByKind = new Map<string, Map<string, KubeObject>>();
  const sortedByKind = new Map<string, readonly KubeObject[]>();
  const objectsOf = (kind: string) => {
    const known = objectsByKind.get(kind);
    if (known !== undefined) return known;
    const fresh = new Map<string, KubeObject>();
    objectsByKind.set(kind, fresh);
    return fresh;
  };
  const sorted = (kind: string) => {
    const known = sortedByKind.get(kind);
    if (known !== undefined) return known;
    const fresh = [...objectsOf(kind).values()].sort(byNamespaceThenName);
    sortedByKind.set(kind, fresh);
    return fresh;
  };
  return {
    put: (object) => {
      objectsOf(object.kind).set(objectKey(object), object);
      sortedByKind.delete(object.kind);
    },
    remove: (object) => {
      objectsOf(object.kind).delete(objectKey(object));
      sortedByKind.delete(object.kind);
    },
    snapshot: {
      get: <T extends KubeObject>(kind: string, namespace: string | undefined, name: string) =>
        objectsOf(kind).get(namespace === undefined ? name : `${namespace}/${name}`) as T | undefined,
      list: <T extends KubeObject>(kind: string, options: ListOptions = {}) =>
        (options.namespace === undefined && options.labels === undefined
          ? sorted(kind)
          : sorted(kind).filter((object) => isListed(object, options))) as readonly T[],
    },
  };
}

function isListed({ metadata }: KubeObject, { namespace, labels }: ListOptions): boolean {
  return (
    (namespace === undefined || metadata.namespace === namespace) && (labels === undefined || isSelected(metadata.labels ?? {}, labels))
  );
}

function isSelected(labels: Record<string, string>, { matchLabels = {}, matchExpressions = [] }: LabelSelector): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      if (operator === "Exists") return value !== undefined;
      if (operator === "DoesNotExist") return value === undefined;
      return (value !== undefined && values.includes(value)) === (operator === "In");
    })
  );
}

function byNamespaceThenName({ metadata: a }: KubeObject, { metadata: b }: KubeObject): number {
  return compare(a.namespace ?? "", b.namespace ?? "") || compare(a.name, b.name);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
