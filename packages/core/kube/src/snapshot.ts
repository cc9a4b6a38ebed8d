import type { KubeObject, LabelSelector } from "@loopway/model";

export interface ListOptions {
  namespace?: string;
  labels?: LabelSelector;
  by?: IndexedBy;
}

/** The values under which an object is found, as a client-go IndexFunc. One function of a module, not a closure: a table keeps an index for each. */
export type IndexFunction = (object: KubeObject) => readonly string[];

/** Only objects that the function gives this value. */
export interface IndexedBy {
  index: IndexFunction;
  value: string;
}

/** A consistent, read-only view of the objects. Kinds are named by `kind` alone ("Pod"). Objects are frozen by convention: never written to. */
export interface Snapshot {
  get<T extends KubeObject>(kind: string, namespace: string | undefined, name: string): T | undefined;
  /** In order of namespace, then name. */
  list<T extends KubeObject>(kind: string, options?: ListOptions): readonly T[];
}
