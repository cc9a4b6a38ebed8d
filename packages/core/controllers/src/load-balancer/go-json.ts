/** Go's encoding/json, as far as annotations show it: keys match without regard to case, unknown keys are dropped. */
import { type AnnotationSources, annotationKey, type Report, readText } from "./annotations.ts";
import { goSyntaxError } from "./go-syntax-error.ts";

/** Types of the controller by the field that holds one, as its errors name them. */
const STRUCTS: Readonly<Record<string, string>> = {
  forwardConfig: "ForwardActionConfig",
  targetGroups: "TargetGroupTuple",
  targetGroupStickinessConfig: "TargetGroupStickinessConfig",
  redirectConfig: "RedirectActionConfig",
  fixedResponseConfig: "FixedResponseActionConfig",
  hostHeaderConfig: "HostHeaderConditionConfig",
  pathPatternConfig: "PathPatternConditionConfig",
  httpHeaderConfig: "HTTPHeaderConditionConfig",
  httpRequestMethodConfig: "HTTPRequestMethodConditionConfig",
  queryStringConfig: "QueryStringConditionConfig",
  sourceIPConfig: "SourceIPConditionConfig",
  values: "QueryStringKeyValuePair",
  rewrites: "RewriteConfig",
  additionalClaims: "JwtAdditionalClaim",
};

interface Place {
  /** Of the controller. */
  package: string;
  struct: string;
  /** Of fields, from the root. */
  path: string;
  /** What does not fit, in the order of reading; shared by all objects of one annotation. */
  mismatches: string[];
}

/** Reading notes what has another type than the field: Go refuses the whole text for it. A field that is absent, or null, fits. */
export class GoObject {
  readonly #members: ReadonlyMap<string, unknown>;
  readonly #place: Place;

  constructor(value: object, place: Place) {
    this.#members = new Map(Object.entries(value).map(([key, member]) => [key.toLowerCase(), member]));
    this.#place = place;
  }

  text(key: string): string | undefined {
    return this.#typed(key, "string", (value) => typeof value === "string");
  }

  integer(key: string): number | undefined {
    return this.#typed(key, "int32", isInteger);
  }

  boolean(key: string): boolean | undefined {
    return this.#typed(key, "bool", (value) => typeof value === "boolean");
  }

  /** A number or a text (apimachinery's IntOrString). */
  integerOrText(key: string): number | string | undefined {
    return this.#typed(key, "int32", (value) => typeof value === "string" || isInteger(value));
  }

  object(key: string): GoObject | undefined {
    const value = this.#typed<object>(key, this.#type(key), isObject);
    return value && new GoObject(value, this.#below(key));
  }

  objects(key: string): GoObject[] {
    const type = this.#type(key);
    const list = this.#typed<unknown[]>(key, `[]${type}`, Array.isArray) ?? [];
    return this.#fitting({ key, list, wanted: type }, isObjectOrNull).map((item) => new GoObject(item ?? {}, this.#below(key)));
  }

  texts(key: string): string[] {
    const list = this.#typed<unknown[]>(key, "[]string", Array.isArray) ?? [];
    return this.#fitting({ key, list, wanted: "string" }, isTextOrNull).map((item) => item ?? "");
  }

  /** A map of texts; its keys keep their case. */
  map(key: string): Record<string, string> | undefined {
    const value = this.#typed<object>(key, "map[string]string", isObject);
    if (value === undefined) return undefined;
    const values = this.#fitting({ key, list: Object.values(value), wanted: "string" }, isTextOrNull);
    return Object.fromEntries(Object.keys(value).map((name, index) => [name, values[index] ?? ""]));
  }

  #typed<T>(key: string, wanted: string, fits: (value: unknown) => boolean): T | undefined {
    const value = this.#members.get(key.toLowerCase()) ?? undefined;
    if (value === undefined || fits(value)) return value as T | undefined;
    this.#note(key, value, wanted);
    return undefined;
  }

  /** A null is the empty value. */
  #fitting<T>({ key, list, wanted }: { key: string; list: readonly unknown[]; wanted: string }, fits: (item: unknown) => item is T): T[] {
    for (const item of list) if (!fits(item)) this.#note(key, item, wanted);
    return list.filter(fits);
  }

  #type(key: string): string {
    return `${this.#place.package}.${STRUCTS[key] ?? key}`;
  }

  #note(key: string, value: unknown, wanted: string): void {
    const { struct, path, mismatches } = this.#place;
    mismatches.push(`json: cannot unmarshal ${goKind(value, wanted)} into Go struct field ${struct}.${path}${key} of type ${wanted}`);
  }

  #below(key: string): Place {
    return { ...this.#place, struct: STRUCTS[key] ?? key, path: `${this.#place.path}${key}.` };
  }
}

function isInteger(value: unknown): boolean {
  return typeof value === "number" && Number.isInteger(value);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isObjectOrNull(value: unknown): value is object | null {
  return value === null || isObject(value);
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === "string";
}

/** The error in Go's words. */
export function parseGoJson(text: string): { value: unknown } | { error: string } {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { error: goSyntaxError(text) };
  }
}

export type Decoded<T> = { value: T } | { error: string };

/** What is built of a text whose JSON is an object; `type` is the controller's, with its package. An error of Go's comes before what the builder says. */
export function decodeObject<T>(text: string, type: string, build: (object: GoObject) => T): Decoded<T> {
  return decode(text, type, (json, place) => (isObjectOrNull(json) ? { value: build(new GoObject(json ?? {}, place)) } : undefined));
}

/** Of a text whose JSON is a list of objects. */
export function decodeObjects<T>(text: string, type: string, build: (objects: GoObject[]) => T): Decoded<T> {
  return decode(text, `[]${type}`, (json, place) => {
    const list = json ?? [];
    if (!Array.isArray(list)) return undefined;
    for (const item of list) if (!isObjectOrNull(item)) place.mismatches.push(cannotUnmarshal(item, type));
    return { value: build(list.filter(isObjectOrNull).map((item) => new GoObject(item ?? {}, place))) };
  });
}

/** The builder answers undefined for a value of another type. */
function decode<T>(text: string, type: string, build: (json: unknown, place: Place) => { value: T } | undefined): Decoded<T> {
  const parsed = parseGoJson(text);
  if ("error" in parsed) return parsed;
  const [, library = "", struct = ""] = /^(?:\[\])?(\w+)\.(\w+)$/.exec(type) ?? [];
  const place: Place = { package: library, struct, path: "", mismatches: [] };
  const built = build(parsed.value, place);
  const [mismatch] = place.mismatches;
  if (built === undefined) return { error: cannotUnmarshal(parsed.value, type) };
  return mismatch === undefined ? built : { error: mismatch };
}

export interface GoSource {
  suffix: string;
  /** What it is decoded into. */
  type: string;
  sources: AnnotationSources;
}

/** What is built of an annotation whose JSON is an object; "absent", or "invalid" after a problem. */
export function readGoObject<T>(source: GoSource, report: Report, build: (object: GoObject) => T): T | "absent" | "invalid" {
  return readGo(source, report, (raw) => decodeObject(raw, source.type, build));
}

/** Of an annotation whose JSON is a list of objects. */
export function readGoObjects<T>(source: GoSource, report: Report, build: (objects: GoObject[]) => T): T | "absent" | "invalid" {
  return readGo(source, report, (raw) => decodeObjects(raw, source.type, build));
}

function readGo<T>({ suffix, sources }: GoSource, report: Report, read: (raw: string) => Decoded<T>): T | "absent" | "invalid" {
  const raw = readText(suffix, sources);
  if (raw === undefined) return "absent";
  const decoded = read(raw);
  if ("value" in decoded) return decoded.value;
  report(`failed to parse json annotation, ${annotationKey(suffix)}: ${raw}: ${decoded.error}`);
  return "invalid";
}

/** Go's UnmarshalTypeError of a whole value. */
export function cannotUnmarshal(value: unknown, wanted: string): string {
  return `json: cannot unmarshal ${goKind(value, wanted)} into Go value of type ${wanted}`;
}

/** What Go's decoder calls a JSON value; it shows a number that does not fit into an integer. */
function goKind(value: unknown, wanted: string): string {
  if (Array.isArray(value)) return "array";
  if (typeof value === "boolean") return "bool";
  return typeof value === "number" && wanted === "int32" ? `number ${value}` : typeof value;
}
