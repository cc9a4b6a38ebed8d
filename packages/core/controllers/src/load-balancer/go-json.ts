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

  constructor(value: object, place: Place = { struct: "", path: "", mismatches: [] }) {
    this.#members = new Map(Object.entries(value).map(([key, member]) => [key.toLowerCase(), member]));
    this.#place = place;
  }

  /** The first value of another type that was read, here or below. */
  get mismatch(): string | undefined {
    return this.#place.mismatches[0];
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
    const value = this.#typed<object>(key, STRUCTS[key] ?? key, isObject);
    return value && new GoObject(value, this.#below(key));
  }

  objects(key: string): GoObject[] {
    const list = this.#typed<unknown[]>(key, `[]${STRUCTS[key] ?? key}`, Array.isArray) ?? [];
    return this.#fitting(key, list, isObject, STRUCTS[key] ?? key).map((item) => new GoObject(item as object, this.#below(key)));
  }

  texts(key: string): string[] {
    const list = this.#typed<unknown[]>(key, "[]string", Array.isArray) ?? [];
    return this.#fitting(key, list, (item) => typeof item === "string", "string") as string[];
  }

  /** A map of texts; its keys keep their case. */
  map(key: string): Record<string, string> | undefined {
    const value = this.#typed<object>(key, "map[string]string", isObject);
    if (value === undefined) return undefined;
    this.#fitting(key, Object.values(value), (item) => typeof item === "string", "string");
    return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
  }

  #typed<T>(key: string, wanted: string, fits: (value: unknown) => boolean): T | undefined {
    const value = this.#members.get(key.toLowerCase()) ?? undefined;
    if (value === undefined || fits(value)) return value as T | undefined;
    this.#note(key, value, wanted);
    return undefined;
  }

  #fitting(key: string, list: readonly unknown[], fits: (item: unknown) => boolean, wanted: string): unknown[] {
    for (const item of list) if (item !== null && !fits(item)) this.#note(key, item, wanted);
    return list.filter(fits);
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

/** Undefined for what is no list. */
export function asGoObjects(value: unknown, struct = ""): GoObject[] | undefined {
  const place: Place = { struct, path: "", mismatches: [] };
  return Array.isArray(value) ? value.filter(isObject).map((item) => new GoObject(item, place)) : undefined;
}

/** The error in Go's words. */
export function parseGoJson(text: string): { value: unknown } | { error: string } {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { error: goSyntaxError(text) };
  }
}

export interface GoSource {
  suffix: string;
  /** The controller's type that it is decoded into. */
  struct: string;
  sources: AnnotationSources;
}

/** What is built of an annotation whose JSON is an object; "absent", or "invalid" after a problem. */
export function readGoObject<T>(source: GoSource, report: Report, build: (object: GoObject) => T): T | "absent" | "invalid" {
  return readGo(source, report, ({ json }, place) => (isObject(json) ? build(new GoObject(json, place)) : undefined));
}

/** Of an annotation whose JSON is a list of objects. */
export function readGoObjects<T>(source: GoSource, report: Report, build: (objects: GoObject[]) => T): T | "absent" | "invalid" {
  return readGo(source, report, ({ json }, place) =>
    Array.isArray(json) ? build(json.filter(isObject).map((item) => new GoObject(item, place))) : undefined,
  );
}

/** A mismatch inside comes before whatever the builder says: the controller never gets to see the value. */
function readGo<T>(
  { suffix, struct, sources }: GoSource,
  report: Report,
  build: (read: ReadJson, place: Place) => T | undefined,
): T | "absent" | "invalid" {
  const read = readJson(suffix, sources, report);
  if (read === "absent" || read === "invalid") return read;
  const place: Place = { struct, path: "", mismatches: [] };
  const built = build(read, place);
  const [mismatch = built === undefined ? cannotUnmarshal(read.json, struct) : undefined] = place.mismatches;
  if (mismatch === undefined) return built as T;
  report(`failed to parse json annotation, ${annotationKey(suffix)}: ${read.raw}: ${mismatch}`);
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
