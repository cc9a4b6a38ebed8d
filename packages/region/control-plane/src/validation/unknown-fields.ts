// Which fields of an object its schema does not know. The validators are compiled functions without a list of fields, but each reads every
// field that it knows; so the object is validated once more through proxies that note what is read, and what was not read is unknown. An
// object of which nothing was read is free-form (a map of anything), and so is what is in it.
import { isJsonObject } from "@loopway/kube";
import type { Schema } from "./load-schema.ts";

/** "spec.foo", "spec.containers[0].imagee". */
export function unknownFields(schema: Schema, object: unknown): string[] {
  const reads = new Map<object, Set<string>>();
  schema.errors(observed(object, reads));
  const unknown: string[] = [];
  collectUnread(object, "", { reads, unknown });
  return unknown;
}

function observed(value: unknown, reads: Map<object, Set<string>>): unknown {
  if (typeof value !== "object" || value === null) return value;
  return new Proxy(value, {
    get: (target, field, receiver) => {
      if (typeof field === "symbol") return Reflect.get(target, field, receiver);
      const known = reads.get(target) ?? new Set<string>();
      reads.set(target, known.add(field));
      return observed(Reflect.get(target, field), reads);
    },
  });
}

function collectUnread(value: unknown, path: string, found: { reads: Map<object, Set<string>>; unknown: string[] }): void {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) collectUnread(item, `${path}[${index}]`, found);
    return;
  }
  if (!isJsonObject(value)) return;
  const known = found.reads.get(value);
  if (known === undefined) return;
  for (const [field, inner] of Object.entries(value)) {
    const innerPath = path === "" ? field : `${path}.${field}`;
    if (known.has(field)) collectUnread(inner, innerPath, found);
    else found.unknown.push(innerPath);
  }
}
