// Objects by kind, namespace and name: the Snapshot behind the store's states and behind a hop's watched kinds.
// A fork shares every kind's table with its origin until one of the two writes to that kind; so a state is a value and costs
// one copy per kind and transaction.
import type { KubeObject } from "@loopway/model";
import { KindTable } from "./kind-table.ts";
import type { ListOptions, Snapshot } from "./snapshot.ts";

export class ObjectCache implements Snapshot {
  readonly #tables: Map<string, KindTable>;
  /** Kinds whose table is this cache's alone. */
  readonly #owned = new Set<string>();

  constructor(origin?: ObjectCache) {
    this.#tables = new Map(origin === undefined ? [] : origin.#tables);
  }

  /** A cache that starts equal and is written to independently. */
  fork(): ObjectCache {
    this.#owned.clear();
    return new ObjectCache(this);
  }

  get<T extends KubeObject>(kind: string, namespace: string | undefined, name: string): T | undefined {
    return this.#tables.get(kind)?.get(namespace, name) as T | undefined;
  }

  list<T extends KubeObject>(kind: string, options: ListOptions = {}): readonly T[] {
    return (this.#tables.get(kind)?.list(options) ?? []) as readonly T[];
  }

  count(kind: string): number {
    return this.#tables.get(kind)?.size ?? 0;
  }

  kinds(): string[] {
    return [...this.#tables.keys()];
  }

  put(object: KubeObject): void {
    this.#tableForWrite(object.kind).put(object);
  }

  remove(object: KubeObject): void {
    this.#tableForWrite(object.kind).remove(object);
  }

  /** What a fresh list of the kind says: these objects and no others. */
  replace(kind: string, objects: Iterable<KubeObject>): void {
    this.#tables.set(kind, new KindTable(objects));
    this.#owned.add(kind);
  }

  #tableForWrite(kind: string): KindTable {
    const table = this.#tables.get(kind);
    if (table !== undefined && this.#owned.has(kind)) return table;
    const copy = table?.copy() ?? new KindTable();
    this.#tables.set(kind, copy);
    this.#owned.add(kind);
    return copy;
  }
}
