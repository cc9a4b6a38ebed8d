// Objects by kind, namespace and name: the Snapshot behind the store's states and behind a hop's watched kinds.
// A fork shares every kind's table with its origin until one of the two writes to that kind; so a state is a value and costs
// one copy per kind and transaction, and lists in order are made once per change of their kind.
import { type KubeObject, objectKey } from "@loopway/model";
import { matchesSelector } from "./label-selector.ts";
import type { ListOptions, Snapshot } from "./snapshot.ts";

interface KindTable {
  byKey: Map<string, KubeObject>;
  /** Lists already put in order, by namespace; "" is all of them. */
  ordered: Map<string, readonly KubeObject[]>;
}

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
    const key = namespace === undefined ? name : `${namespace}/${name}`;
    return this.#tables.get(kind)?.byKey.get(key) as T | undefined;
  }

  list<T extends KubeObject>(kind: string, { namespace = "", labels }: ListOptions = {}): readonly T[] {
    const table = this.#tables.get(kind);
    if (table === undefined) return [];
    let ordered = table.ordered.get(namespace);
    if (ordered === undefined) {
      ordered = inOrder(table.byKey.values(), namespace);
      table.ordered.set(namespace, ordered);
    }
    const objects = ordered as readonly T[];
    return labels === undefined ? objects : objects.filter(({ metadata }) => matchesSelector(labels, metadata.labels));
  }

  count(kind: string): number {
    return this.#tables.get(kind)?.byKey.size ?? 0;
  }

  kinds(): string[] {
    return [...this.#tables.keys()];
  }

  put(object: KubeObject): void {
    this.#tableForWrite(object.kind).byKey.set(objectKey(object), object);
  }

  remove(object: KubeObject): void {
    this.#tableForWrite(object.kind).byKey.delete(objectKey(object));
  }

  /** What a fresh list of the kind says: these objects and no others. */
  replace(kind: string, objects: Iterable<KubeObject>): void {
    const byKey = new Map<string, KubeObject>();
    for (const object of objects) byKey.set(objectKey(object), object);
    this.#tables.set(kind, { byKey, ordered: new Map() });
    this.#owned.add(kind);
  }

  #tableForWrite(kind: string): KindTable {
    const table = this.#tables.get(kind);
    if (table !== undefined && this.#owned.has(kind)) {
      table.ordered.clear();
      return table;
    }
    const copy: KindTable = { byKey: new Map(table?.byKey), ordered: new Map() };
    this.#tables.set(kind, copy);
    this.#owned.add(kind);
    return copy;
  }
}

function inOrder(objects: Iterable<KubeObject>, namespace: string): readonly KubeObject[] {
  const chosen: KubeObject[] = [];
  for (const object of objects) if (namespace === "" || object.metadata.namespace === namespace) chosen.push(object);
  return chosen.sort(
    ({ metadata: left }, { metadata: right }) =>
      compareText(left.namespace ?? "", right.namespace ?? "") || compareText(left.name, right.name),
  );
}

function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
