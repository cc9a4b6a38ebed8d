// The objects of one kind, with the lists that were asked for. Invariant: a list that was handed out is never written to; a write only
// notes which keys of it are stale, and the next reader gets a mended copy. So a list costs a comparison per change, not a sort per write.
import { type KubeObject, objectKey } from "@loopway/model";
import { matchesSelector } from "./label-selector.ts";
import type { ListOptions } from "./snapshot.ts";

interface OrderedList {
  objects: readonly KubeObject[];
  /** Written or removed since. */
  stale: Map<string, KubeObject>;
}

/** A label is worth an index when it is asked for more often than the table is copied. */
const READS_BEFORE_INDEX = 3;

export class KindTable {
  readonly #byKey: Map<string, KubeObject>;
  /** By namespace; "" is all of them. */
  readonly #lists = new Map<string, OrderedList>();
  /** By label, value and key. */
  readonly #indexes = new Map<string, Map<string | undefined, Map<string, KubeObject>>>();
  readonly #labelReads = new Map<string, number>();

  constructor(objects: Iterable<readonly [string, KubeObject]> = []) {
    this.#byKey = new Map(objects);
  }

  get size(): number {
    return this.#byKey.size;
  }

  copy(): KindTable {
    const copy = new KindTable(this.#byKey);
    for (const [namespace, { objects, stale }] of this.#lists) copy.#lists.set(namespace, { objects, stale: new Map(stale) });
    return copy;
  }

  get(key: string): KubeObject | undefined {
    return this.#byKey.get(key);
  }

  put(object: KubeObject): void {
    const key = objectKey(object);
    this.#unindex(key);
    this.#byKey.set(key, object);
    for (const [label, byValue] of this.#indexes) bucketOf(byValue, object.metadata.labels?.[label]).set(key, object);
    this.#markStale(key, object);
  }

  remove(object: KubeObject): void {
    const key = objectKey(object);
    this.#unindex(key);
    this.#byKey.delete(key);
    this.#markStale(key, object);
  }

  /** In order of namespace, then name. */
  list({ namespace = "", labels }: ListOptions): readonly KubeObject[] {
    const [label] = Object.entries(labels?.matchLabels ?? {});
    if (labels === undefined) return this.#ordered(namespace);
    const index = label === undefined ? undefined : this.#indexOf(label[0]);
    if (label === undefined || index === undefined)
      return this.#ordered(namespace).filter(({ metadata }) => matchesSelector(labels, metadata.labels));
    const candidates = [...(index.get(label[1])?.values() ?? [])];
    return candidates
      .filter(({ metadata }) => (namespace === "" || metadata.namespace === namespace) && matchesSelector(labels, metadata.labels))
      .sort(compareObjects);
  }

  #ordered(namespace: string): readonly KubeObject[] {
    const known = this.#lists.get(namespace);
    const isCheap = known !== undefined && known.stale.size * 8 <= known.objects.length;
    const objects = isCheap ? mended(known, this.#byKey) : inOrder(this.#byKey.values(), namespace);
    this.#lists.set(namespace, { objects, stale: new Map() });
    return objects;
  }

  #indexOf(label: string): Map<string | undefined, Map<string, KubeObject>> | undefined {
    const known = this.#indexes.get(label);
    if (known !== undefined) return known;
    const reads = (this.#labelReads.get(label) ?? 0) + 1;
    this.#labelReads.set(label, reads);
    if (reads < READS_BEFORE_INDEX) return undefined;
    const index = new Map<string | undefined, Map<string, KubeObject>>();
    for (const [key, object] of this.#byKey) bucketOf(index, object.metadata.labels?.[label]).set(key, object);
    this.#indexes.set(label, index);
    return index;
  }

  #unindex(key: string): void {
    const before = this.#byKey.get(key);
    if (before === undefined) return;
    for (const [label, byValue] of this.#indexes) byValue.get(before.metadata.labels?.[label])?.delete(key);
  }

  #markStale(key: string, object: KubeObject): void {
    this.#lists.get("")?.stale.set(key, object);
    const { namespace } = object.metadata;
    if (namespace !== undefined) this.#lists.get(namespace)?.stale.set(key, object);
  }
}

function bucketOf(byValue: Map<string | undefined, Map<string, KubeObject>>, value: string | undefined): Map<string, KubeObject> {
  let bucket = byValue.get(value);
  if (bucket === undefined) {
    bucket = new Map();
    byValue.set(value, bucket);
  }
  return bucket;
}

function mended({ objects, stale }: OrderedList, byKey: ReadonlyMap<string, KubeObject>): readonly KubeObject[] {
  if (stale.size === 0) return objects;
  const copy = [...objects];
  for (const [key, object] of stale) {
    const current = byKey.get(key);
    const index = firstNotBefore(copy, object);
    const isThere = copy[index] !== undefined && compareObjects(copy[index], object) === 0;
    if (current === undefined) copy.splice(index, isThere ? 1 : 0);
    else copy.splice(index, isThere ? 1 : 0, current);
  }
  return copy;
}

function firstNotBefore(objects: readonly KubeObject[], wanted: KubeObject): number {
  let [low, high] = [0, objects.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareObjects(objects[middle] as KubeObject, wanted) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function inOrder(objects: Iterable<KubeObject>, namespace: string): readonly KubeObject[] {
  const chosen: KubeObject[] = [];
  for (const object of objects) if (namespace === "" || object.metadata.namespace === namespace) chosen.push(object);
  return chosen.sort(compareObjects);
}

function compareObjects({ metadata: left }: KubeObject, { metadata: right }: KubeObject): number {
  return compareText(left.namespace ?? "", right.namespace ?? "") || compareText(left.name, right.name);
}

function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
