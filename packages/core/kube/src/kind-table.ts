// The objects of one kind, with the lists that were asked for. Invariant: a list that was handed out is never written to; a write only
// notes which keys of it are stale, and the next reader gets a mended copy. So a list costs a comparison per change, not a sort per write.
import { type KubeObject, objectKey } from "@loopway/model";
import { matchesSelector } from "./label-selector.ts";
import type { IndexFunction, ListOptions } from "./snapshot.ts";

interface OrderedList {
  objects: readonly KubeObject[];
  /** Written or removed since. */
  stale: Map<string, KubeObject>;
}

/** The objects under one value of an index. */
interface Bucket {
  byKey: Map<string, KubeObject>;
  list: OrderedList;
}

/** A label, or a function. */
type IndexKey = string | IndexFunction;
type Index = Map<string, Bucket>;

/** An index is worth making when it is asked for more often than the table is copied. */
const READS_BEFORE_INDEX = 3;

export class KindTable {
  readonly #byKey: Map<string, KubeObject>;
  /** By namespace; "" is all of them. */
  readonly #lists = new Map<string, OrderedList>();
  readonly #indexes = new Map<IndexKey, Index>();
  readonly #indexReads = new Map<IndexKey, number>();

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
    for (const [indexKey, index] of this.#indexes) addTo(index, indexKey, { key, object });
    this.#markStale(key, object);
  }

  remove(object: KubeObject): void {
    const key = objectKey(object);
    this.#unindex(key);
    this.#byKey.delete(key);
    this.#markStale(key, object);
  }

  /** In order of namespace, then name. */
  list({ namespace = "", labels, by }: ListOptions): readonly KubeObject[] {
    const isChosen = (object: KubeObject) =>
      (namespace === "" || object.metadata.namespace === namespace) &&
      (by === undefined || by.index(object).includes(by.value)) &&
      (labels === undefined || matchesSelector(labels, object.metadata.labels));
    const [key, value] = by === undefined ? (Object.entries(labels?.matchLabels ?? {})[0] ?? []) : [by.index, by.value];
    if (key === undefined || value === undefined)
      return labels === undefined ? this.#ordered(namespace) : this.#ordered(namespace).filter(isChosen);
    const index = this.#indexOf(key);
    if (index === undefined) return this.#ordered(namespace).filter(isChosen);
    const bucket = index.get(value);
    if (bucket === undefined) return [];
    bucket.list = refreshed(bucket.list, bucket.byKey, "");
    return by !== undefined && labels === undefined && namespace === "" ? bucket.list.objects : bucket.list.objects.filter(isChosen);
  }

  #ordered(namespace: string): readonly KubeObject[] {
    const list = refreshed(this.#lists.get(namespace), this.#byKey, namespace);
    this.#lists.set(namespace, list);
    return list.objects;
  }

  #indexOf(key: IndexKey): Index | undefined {
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    const reads = (this.#indexReads.get(key) ?? 0) + 1;
    this.#indexReads.set(key, reads);
    if (reads < READS_BEFORE_INDEX) return undefined;
    const index: Index = new Map();
    for (const [objectName, object] of this.#byKey) addTo(index, key, { key: objectName, object });
    this.#indexes.set(key, index);
    return index;
  }

  #unindex(key: string): void {
    const before = this.#byKey.get(key);
    if (before === undefined) return;
    for (const [indexKey, index] of this.#indexes) {
      for (const value of valuesOf(before, indexKey)) {
        const bucket = index.get(value);
        bucket?.byKey.delete(key);
        bucket?.list.stale.set(key, before);
      }
    }
  }

  #markStale(key: string, object: KubeObject): void {
    this.#lists.get("")?.stale.set(key, object);
    const { namespace } = object.metadata;
    if (namespace !== undefined) this.#lists.get(namespace)?.stale.set(key, object);
  }
}

function valuesOf(object: KubeObject, key: IndexKey): readonly string[] {
  if (typeof key === "function") return key(object);
  const value = object.metadata.labels?.[key];
  return value === undefined ? [] : [value];
}

function addTo(index: Index, indexKey: IndexKey, { key, object }: { key: string; object: KubeObject }): void {
  for (const value of valuesOf(object, indexKey)) {
    let bucket = index.get(value);
    if (bucket === undefined) {
      bucket = { byKey: new Map(), list: { objects: [], stale: new Map() } };
      index.set(value, bucket);
    }
    bucket.byKey.set(key, object);
    bucket.list.stale.set(key, object);
  }
}

function refreshed(known: OrderedList | undefined, byKey: ReadonlyMap<string, KubeObject>, namespace: string): OrderedList {
  if (known?.stale.size === 0) return known;
  const isCheap = known !== undefined && known.stale.size * 8 <= known.objects.length;
  return { objects: isCheap ? mended(known, byKey) : inOrder(byKey.values(), namespace), stale: new Map() };
}

function mended({ objects, stale }: OrderedList, byKey: ReadonlyMap<string, KubeObject>): readonly KubeObject[] {
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
