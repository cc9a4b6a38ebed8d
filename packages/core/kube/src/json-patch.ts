/** RFC 6902. Every operation, or none and the reason. */
import { parsePointer } from "@loopway/model";
import { isEqual, isJsonObject } from "./json.ts";

export interface JsonPatchOperation {
  op: string;
  path: string;
  from?: string;
  value?: unknown;
}

export function jsonPatch(target: unknown, operations: readonly JsonPatchOperation[]): { value: unknown } | { problem: string } {
  let value: unknown = structuredCopy(target);
  for (const operation of operations) {
    const next = applyOperation(value, operation);
    if ("problem" in next) return next;
    value = next.value;
  }
  return { value };
}

function applyOperation(document: unknown, { op, path, from = "", value }: JsonPatchOperation): { value: unknown } | { problem: string } {
  const missing = { problem: `${op} operation does not apply: doc is missing path: ${path}` };
  const found = valueAt(document, path);
  switch (op) {
    case "test":
      return found !== undefined && isEqual(found.value, value) ? { value: document } : { problem: `testing value ${path} failed` };
    case "remove":
      return found === undefined ? missing : edit(document, path, { kind: "remove" });
    case "replace":
      return found === undefined ? missing : edit(document, path, { kind: "replace", value });
    case "add":
      return edit(document, path, { kind: "add", value });
    case "copy":
    case "move": {
      const source = valueAt(document, from);
      if (source === undefined) return { problem: `${op} operation does not apply: doc is missing from path: ${from}` };
      const without = op === "move" ? edit(document, from, { kind: "remove" }) : { value: document };
      return "problem" in without ? without : edit(without.value, path, { kind: "add", value: structuredCopy(source.value) });
    }
    default:
      return { problem: `Unexpected kind: ${op}` };
  }
}

type Edit = { kind: "add" | "replace"; value: unknown } | { kind: "remove" };

/** Changes the copy in place. */
function edit(document: unknown, path: string, change: Edit): { value: unknown } | { problem: string } {
  if (path === "") return { value: change.kind === "remove" ? null : change.value };
  const tokens = parsePointer(path);
  const last = tokens.pop() ?? "";
  const parent = valueAt(document, tokens)?.value;
  if (Array.isArray(parent)) {
    const index = last === "-" ? parent.length : Number(last);
    if (!Number.isInteger(index) || index < 0 || index > parent.length) return { problem: `Unable to access invalid index: ${last}` };
    if (change.kind === "remove") parent.splice(index, 1);
    else parent.splice(index, change.kind === "replace" ? 1 : 0, change.value);
    return { value: document };
  }
  if (!isJsonObject(parent)) return { problem: `${change.kind} operation does not apply: doc is missing path: ${path}` };
  if (change.kind === "remove") delete parent[last];
  else parent[last] = change.value;
  return { value: document };
}

function valueAt(document: unknown, path: string | readonly string[]): { value: unknown } | undefined {
  let value = document;
  for (const token of typeof path === "string" ? parsePointer(path) : path) {
    if (Array.isArray(value) && /^\d+$/.test(token) && Number(token) < value.length) value = value[Number(token)];
    else if (isJsonObject(value) && Object.hasOwn(value, token)) value = value[token];
    else return undefined;
  }
  return { value };
}

function structuredCopy<T>(value: T): T {
  return value === undefined ? value : (JSON.parse(JSON.stringify(value)) as T);
}
