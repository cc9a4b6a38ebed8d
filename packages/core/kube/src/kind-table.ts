// The objects of one kind, with the lists that were asked for: by namespace, by label, by what a function says of them.
import type { KubeObject } from "@loopway/model";
import { matchesSelector } from "./label-selector.ts";
import { compareObjects, type Note, OrderedList } from "./ordered-list.ts";
import type { IndexFunction, ListOptions } from "./snapshot.ts";

/** A label, or a function. */
type IndexKey = string | IndexFunction;

interface Index {
  key: IndexKey;
  /** The objects under each of its values. */
  lists: Map<string, OrderedList>;
}

/** An index is worth making when it is asked for more often than the table is copied. */
const READS_BEFORE_INDEX = 3;
const NO_OBJECTS: readonly KubeObject[] = [];
const NO_VALUES: readonly string[] = [];

export class KindTable {
  /** By namespace ("" where there is none), then name: to look one up no key has to be put together. */
  readonly #byName = new Map<string, Map<string, KubeObject>>();
  #size = 0;
  /** By namespace; "" is all of them. */
  readonly #lists = new Map<string, OrderedList>();
  readonly #indexes = new Map<IndexKey, Index>();
  readonly #indexReads = new Map<IndexKey, number>();

  constructor(objects: Iterable<KubeObject> = []) {
    for (const object of objects) this.put(object);
  }

  get size(): number {
    return this.#size;
  }

  copy(): KindTable {
    const copy = new KindTable();
    for (const [namespace, objects] of this.#byName) copy.#byName.set(namespace, new Map(objects));
    for (const [namespace, list] of this.#lists) copy.#lists.set(namespace, list.copy());
    copy.#size = this.#size;
    return copy;
  }

  get(namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#byName.get(namespace ?? "")?.get(name);
  }

  put(object: KubeObject): void {
    const { namespace = "", name } = object.metadata;
    let objects = this.#byName.get(namespace);
    if (objects === undefined) {
      objects = new Map();
      this.#byName.set(namespace, objects);
    }
    const before = objects.get(name);
    if (before === undefined) this.#size++;
    objects.set(name, object);
    this.#write("", { object, isGone: false });
    if (namespace !== "") this.#write(namespace, { object, isGone: false });
    for (const index of this.#indexes.values()) writeIndex(index, before, object);
  }

  remove(object: KubeObject): void {
    const { namespace = "", name } = object.metadata;
    const before = this.get(namespace, name);
    if (before === undefined) return;
    this.#size--;
    this.#byName.get(namespace)?.delete(name);
    this.#write("", { object, isGone: true });
    if (namespace !== "") this.#write(namespace, { object, isGone: true });
    for (const index of this.#indexes.values()) writeIndex(index, before, undefined);
  }

  /** In order of namespace, then name. */
  list({ namespace = "", labels, by }: ListOptions): readonly KubeObject[] {
    if (by === undefined && labels === undefined) return this.#ordered(namespace);
    const [key, value] = by === undefined ? (Object.entries(labels?.matchLabels ?? {})[0] ?? []) : [by.index, by.value];
    const index = key === undefined ? undefined : this.#indexOf(key);
    if (index === undefined) return this.#ordered(namespace).filter((object) => isChosen(object, { namespace, labels, by }));
    const found = index.lists.get(value ?? "")?.objects ?? NO_OBJECTS;
    if (by !== undefined && labels === undefined && namespace === "") return found;
    return found.filter((object) => isChosen(object, { namespace, labels, by: undefined }));
  }

  #write(namespace: string, note: Note): void {
    const list = this.#lists.get(namespace);
    if (list === undefined) return;
    list.write(note);
    if (list.isOutdated) this.#lists.delete(namespace);
  }

  #ordered(namespace: string): readonly KubeObject[] {
    let list = this.#lists.get(namespace);
    if (list === undefined) {
      const objects = namespace === "" ? [...this.#objects()] : [...(this.#byName.get(namespace)?.values() ?? [])];
      list = new OrderedList(objects.sort(compareObjects));
      this.#lists.set(namespace, list);
    }
    return list.objects;
  }

  *#objects(): Generator<KubeObject> {
    for (const objects of this.#byName.values()) yield* objects.values();
  }

  #indexOf(key: IndexKey): Index | undefined {
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    const reads = (this.#indexReads.get(key) ?? 0) + 1;
    this.#indexReads.set(key, reads);
    if (reads < READS_BEFORE_INDEX) return undefined;
    const index: Index = { key, lists: new Map() };
    for (const object of this.#objects()) writeIndex(index, undefined, object);
    this.#indexes.set(key, index);
    return index;
  }
}

interface Choice {
  namespace: string;
  labels: ListOptions["labels"];
  by: ListOptions["by"];
}

function isChosen(object: KubeObject, { namespace, labels, by }: Choice): boolean {
  if (namespace !== "" && object.metadata.namespace !== namespace) return false;
  if (by !== undefined && !by.index(object).includes(by.value)) return false;
  return labels === undefined || matchesSelector(labels, object.metadata.labels);
}

function writeIndex({ key, lists }: Index, before: KubeObject | undefined, object: KubeObject | undefined): void {
  const old = before === undefined ? NO_VALUES : valuesOf(before, key);
  const values = object === undefined ? NO_VALUES : valuesOf(object, key);
  if (before !== undefined) for (const value of old) if (!values.includes(value)) lists.get(value)?.write({ object: before, isGone: true });
  if (object === undefined) return;
  for (const value of values) {
    const list = lists.get(value);
    if (list === undefined) lists.set(value, new OrderedList([object]));
    else list.write({ object, isGone: false });
  }
}

function valuesOf(object: KubeObject, key: IndexKey): readonly string[] {
  if (typeof key === "function") return key(object);
  const value = object.metadata.labels?.[key];
  return value === undefined ? NO_VALUES : [value];
}
