import type { KeyValue } from "@loopway/model";

/** Sorted by key. */
export function toKeyValues(map: Readonly<Record<string, string>>): KeyValue[] {
  return Object.entries(map)
    .map(([key, value]) => ({ key, value }))
    .sort((left, right) => (left.key < right.key ? -1 : 1));
}

export function toRecord(pairs: readonly KeyValue[]): Record<string, string> {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, value]));
}

/** A list as an optional field of an object: absent where empty. */
export function unlessEmpty<K extends string, T>(name: K, list: readonly T[]): { [key in K]?: T[] } {
  return list.length === 0 ? {} : ({ [name]: [...list] } as { [key in K]?: T[] });
}
