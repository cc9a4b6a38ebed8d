import type { KubeObject, LabelSelector } from "@loopway/model";

export interface ListOptions {
  namespace?: string;
  labels?: LabelSelector;
}

/** A consistent, read-only view of the objects. Kinds are named by `kind` alone ("Pod"). Objects are frozen by convention: never written to. */
export interface Snapshot {
  get<T extends KubeObject>(kind: string, namespace: string | undefined, name: string): T | undefined;
  /** In order of namespace, then name. */
  list<T extends KubeObject>(kind: string, options?: ListOptions): readonly T[];
}
