// Strategic merge patch for the built-in kinds (Kubernetes, "Update API Objects in Place Using kubectl patch"; apimachinery,
// strategicpatch/patch.go). Directives: $patch (replace, delete, merge), $setElementOrder/<list>, $deleteFromPrimitiveList/<list>,
// $retainKeys.
import { isEqual, isJsonObject, type JsonObject } from "./json.ts";
import { type ListRule, listRuleAt } from "./merge-keys.ts";

const ORDER = "$setElementOrder/";
const DELETE_FROM = "$deleteFromPrimitiveList/";

export function strategicMergePatch(target: unknown, patch: JsonObject, path: readonly string[] = []): JsonObject {
  const { $patch: directive, $retainKeys: retained, ...fields } = patch;
  if (directive === "delete") return {};
  if (directive === "replace") return withoutDirectives(fields);
  const merged: JsonObject = isJsonObject(target) ? { ...target } : {};
  if (Array.isArray(retained)) for (const field of Object.keys(merged)) if (!retained.includes(field)) delete merged[field];
  for (const [field, value] of Object.entries(fields)) {
    if (field.startsWith(DELETE_FROM)) removeItems(merged, field.slice(DELETE_FROM.length), value);
    else if (value === null) delete merged[field];
    else if (!field.startsWith(ORDER)) merged[field] = mergeField(merged[field], value, [...path, field]);
  }
  for (const [field, order] of Object.entries(fields)) {
    if (field.startsWith(ORDER) && Array.isArray(order)) reorder(merged, target, { field: field.slice(ORDER.length), order, path });
  }
  return merged;
}

function mergeField(target: unknown, value: unknown, path: readonly string[]): unknown {
  if (isJsonObject(value)) return strategicMergePatch(target, value, path);
  if (!Array.isArray(value)) return value;
  const rule = listRuleAt(path);
  if (rule === undefined) return value;
  const items = Array.isArray(target) ? target : [];
  if (rule.kind === "set") return [...items, ...value.filter((item) => !items.includes(item))];
  return mergeList(items, value, { key: rule.key, path });
}

function mergeList(
  target: readonly unknown[],
  patch: readonly unknown[],
  { key, path }: { key: string; path: readonly string[] },
): unknown[] {
  const items = patch.filter(isJsonObject);
  if (items.some((item) => item.$patch === "replace")) {
    return items.filter((item) => item.$patch !== "replace").map(withoutDirectives);
  }
  const merged = [...target];
  for (const item of items) {
    const at = merged.findIndex((candidate) => isJsonObject(candidate) && isEqual(candidate[key], item[key]));
    if (item.$patch === "delete") {
      if (at >= 0) merged.splice(at, 1);
    } else if (at < 0) merged.push(strategicMergePatch(undefined, item, path));
    else merged[at] = strategicMergePatch(merged[at], item, path);
  }
  return merged;
}

function removeItems(merged: JsonObject, field: string, values: unknown): void {
  const items = merged[field];
  if (Array.isArray(items) && Array.isArray(values)) merged[field] = items.filter((item) => !values.includes(item));
}

/**
 * The items that `order` names come in its order; those only the server has keep their place among them where the server's old
 * order tells it (patch.go, mergeSortedSlice).
 */
function reorder(
  merged: JsonObject,
  target: unknown,
  { field, order, path }: { field: string; order: unknown[]; path: readonly string[] },
): void {
  const items = merged[field];
  if (!Array.isArray(items)) return;
  const identity = identityOf(listRuleAt([...path, field]));
  const names = order.map(identity);
  const before = isJsonObject(target) && Array.isArray(target[field]) ? target[field].map(identity) : [];
  const ordered = items.filter((item) => names.includes(identity(item)));
  ordered.sort((left, right) => names.indexOf(identity(left)) - names.indexOf(identity(right)));
  const serverOnly = items.filter((item) => !names.includes(identity(item)));
  const result: unknown[] = [];
  while (ordered.length > 0 || serverOnly.length > 0) {
    const places = [serverOnly, ordered].map(([first]) => (first === undefined ? -1 : before.indexOf(identity(first))));
    const [serverPlace = -1, orderedPlace = -1] = places;
    const serverFirst =
      ordered.length === 0 || (serverOnly.length > 0 && serverPlace >= 0 && orderedPlace >= 0 && serverPlace < orderedPlace);
    result.push((serverFirst ? serverOnly : ordered).shift());
  }
  merged[field] = result;
}

function identityOf(rule: ListRule | undefined): (item: unknown) => unknown {
  return (item) => (rule?.kind === "byKey" && isJsonObject(item) ? item[rule.key] : item);
}

function withoutDirectives(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([field]) => !field.startsWith("$")));
}
