/** Go's encoding/json, as far as annotations show it: keys match without regard to case, unknown keys are dropped. */
import { type AnnotationSources, annotationKey, type Report, readText } from "./annotations.ts";
import { goSyntaxError } from "./go-syntax-error.ts";

export class GoObject {
  readonly #members: ReadonlyMap<string, unknown>;

  constructor(value: object) {
    this.#members = new Map(Object.entries(value).map(([key, member]) => [key.toLowerCase(), member]));
  }

  text(key: string): string | undefined {
    const value = this.#value(key);
    return typeof value === "string" ? value : undefined;
  }

  integer(key: string): number | undefined {
    const value = this.#value(key);
    return typeof value === "number" && Number.isInteger(value) ? value : undefined;
  }

  boolean(key: string): boolean | undefined {
    const value = this.#value(key);
    return typeof value === "boolean" ? value : undefined;
  }

  object(key: string): GoObject | undefined {
    return asGoObject(this.#value(key));
  }

  objects(key: string): GoObject[] {
    return asGoObjects(this.#value(key)) ?? [];
  }

  texts(key: string): string[] {
    const value = this.#value(key);
    return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
  }

  /** A map of texts; its keys keep their case. */
  map(key: string): Record<string, string> | undefined {
    const value = this.#value(key);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
  }

  #value(key: string): unknown {
    return this.#members.get(key.toLowerCase());
  }
}

function asGoObject(value: unknown): GoObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? new GoObject(value) : undefined;
}

/** Undefined for what is no list. */
export function asGoObjects(value: unknown): GoObject[] | undefined {
  return Array.isArray(value) ? value.flatMap((item) => asGoObject(item) ?? []) : undefined;
}

/** The error in Go's words. */
export function parseGoJson(text: string): { value: unknown } | { error: string } {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { error: goSyntaxError(text) };
  }
}

/** An annotation whose JSON is an object; "absent", or "invalid" after a problem. */
export function readGoObject(suffix: string, sources: AnnotationSources, report: Report): GoObject | "absent" | "invalid" {
  const value = readJson(suffix, sources, report);
  if (value === "absent" || value === "invalid") return value;
  const object = asGoObject(value.json);
  if (object !== undefined) return object;
  report(mismatch(suffix, value, "struct"));
  return "invalid";
}

/** An annotation whose JSON is a list of objects. */
export function readGoObjects(suffix: string, sources: AnnotationSources, report: Report): GoObject[] | "absent" | "invalid" {
  const value = readJson(suffix, sources, report);
  if (value === "absent" || value === "invalid") return value;
  const objects = asGoObjects(value.json);
  if (objects !== undefined) return objects;
  report(mismatch(suffix, value, "list"));
  return "invalid";
}

interface ReadJson {
  raw: string;
  json: unknown;
}

function readJson(suffix: string, sources: AnnotationSources, report: Report): ReadJson | "absent" | "invalid" {
  const raw = readText(suffix, sources);
  if (raw === undefined) return "absent";
  const parsed = parseGoJson(raw);
  if ("value" in parsed) return { raw, json: parsed.value };
  report(`failed to parse json annotation, ${annotationKey(suffix)}: ${raw}: ${parsed.error}`);
  return "invalid";
}

function mismatch(suffix: string, { raw, json }: ReadJson, wanted: string): string {
  const found = Array.isArray(json) ? "array" : typeof json === "boolean" ? "bool" : typeof json;
  return `failed to parse json annotation, ${annotationKey(suffix)}: ${raw}: json: cannot unmarshal ${found} into Go value of type ${wanted}`;
}
