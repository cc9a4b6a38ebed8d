/** JSON values as patches see them: what the fields mean does not matter here. */
export type JsonObject = { [field: string]: unknown };

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Deep equality of JSON values. A field that is `undefined` counts as absent, as it does on the wire. */
export function isEqual(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (Array.isArray(left)) {
    if (!Array.isArray(right) || left.length !== right.length) return false;
    for (let index = 0; index < left.length; index++) if (!isEqual(left[index], right[index])) return false;
    return true;
  }
  if (!isJsonObject(left) || !isJsonObject(right)) return false;
  for (const field of Object.keys(left)) if (!isEqual(left[field], right[field])) return false;
  for (const field of Object.keys(right)) if (right[field] !== undefined && left[field] === undefined) return false;
  return true;
}

/** A copy without the named fields. */
export function omit(object: JsonObject, fields: readonly string[]): JsonObject {
  const copy: JsonObject = {};
  for (const field of Object.keys(object)) if (!fields.includes(field)) copy[field] = object[field];
  return copy;
}
