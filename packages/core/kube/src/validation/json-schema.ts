/** JSON Schema as far as our own schemas use it: words to write them with, and what is wrong with a value. */
import { formatPointer } from "@loopway/model";
import { isJsonObject } from "../json.ts";

export type JsonSchema = { [keyword: string]: unknown };

export const text: JsonSchema = { type: "string" };
export const flag: JsonSchema = { type: "boolean" };
const anything: JsonSchema = {};
export const number: JsonSchema = { type: "integer" };
export const integer = (minimum: number, maximum: number): JsonSchema => ({ type: "integer", minimum, maximum });
export const oneOf = (...values: string[]): JsonSchema => ({ type: "string", enum: values });
export const listOf = (items: JsonSchema): JsonSchema => ({ type: "array", items });
export const record = (properties: Record<string, JsonSchema>, required: string[] = []): JsonSchema => ({
  type: "object",
  properties,
  required,
});
export const named = (...names: string[]): Record<string, JsonSchema> => Object.fromEntries(names.map((name) => [name, anything]));

const metadata = record({
  ...named("uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "managedFields"),
  ...named("selfLink"),
  name: text,
  namespace: text,
  generateName: text,
  labels: { type: "object", additionalProperties: text },
  annotations: { type: "object", additionalProperties: text },
  finalizers: listOf(text),
  ownerReferences: listOf(
    record({ apiVersion: text, kind: text, name: text, uid: text, controller: flag, blockOwnerDeletion: flag }, ["uid"]),
  ),
});
export const kindOf = (spec: JsonSchema): JsonSchema =>
  record({ apiVersion: text, kind: text, metadata, spec, status: { type: "object" } }, ["spec"]);

/** Nothing has to be there. */
export const optional = (schema: JsonSchema): JsonSchema => ({ ...schema, required: [] });

/** The part of ajv's errors that is read here (ajv, "Error objects"). */
export interface SchemaError {
  /** RFC 6901. */
  instancePath: string;
  keyword: string;
  params: Record<string, unknown>;
  message?: string;
}

/** Where in a value, from the inside out: a path is written for an error only. */
interface Place {
  parent: Place | undefined;
  step: string | number;
}

interface Walk {
  errors: SchemaError[];
  place: Place | undefined;
}

/** Every error, as ajv finds them with allErrors; a value of the wrong type is looked into no further. */
export function schemaErrors(schema: JsonSchema, value: unknown): SchemaError[] {
  const errors: SchemaError[] = [];
  checkValue(schema, value, { errors, place: undefined });
  return errors;
}

function checkValue(schema: JsonSchema, value: unknown, walk: Walk): void {
  const { type, enum: allowedValues, minimum, maximum, pattern, items } = schema;
  if (type !== undefined && !hasType(value, type)) {
    tell(walk, "type", { type }, `must be ${String(type)}`);
    return;
  }
  if (Array.isArray(allowedValues) && !allowedValues.includes(value)) tell(walk, "enum", { allowedValues }, "must be an allowed value");
  if (typeof minimum === "number" && typeof value === "number" && value < minimum) tell(walk, "minimum", {}, `must be >= ${minimum}`);
  if (typeof maximum === "number" && typeof value === "number" && value > maximum) tell(walk, "maximum", {}, `must be <= ${maximum}`);
  if (typeof pattern === "string" && !new RegExp(pattern, "u").test(String(value)))
    tell(walk, "pattern", {}, `must match pattern "${pattern}"`);
  if (Array.isArray(value)) {
    if (isJsonObject(items)) for (const [index, item] of value.entries()) checkValue(items, item, inside(walk, index));
  } else if (isJsonObject(value)) checkFields(schema, value, walk);
}

function checkFields({ properties = {}, required, additionalProperties }: JsonSchema, value: JsonSchema, walk: Walk): void {
  for (const missingProperty of Array.isArray(required) ? required : []) {
    if (value[missingProperty] === undefined)
      tell(walk, "required", { missingProperty }, `must have required property '${missingProperty}'`);
  }
  for (const field of Object.keys(value)) {
    const schema = (properties as JsonSchema)[field] ?? additionalProperties;
    const inner = value[field];
    if (inner !== undefined && isJsonObject(schema)) checkValue(schema, inner, inside(walk, field));
  }
}

function inside({ errors, place }: Walk, step: Place["step"]): Walk {
  return { errors, place: { parent: place, step } };
}

function tell({ errors, place }: Walk, keyword: string, params: SchemaError["params"], message: string): void {
  const steps: string[] = [];
  for (let at = place; at !== undefined; at = at.parent) steps.unshift(String(at.step));
  errors.push({ instancePath: formatPointer(...steps), keyword, params, message });
}

function hasType(value: unknown, type: unknown): boolean {
  if (Array.isArray(type)) return type.some((one) => hasType(value, one));
  if (type === "array") return Array.isArray(value);
  if (type === "object") return isJsonObject(value);
  return type === "integer" ? Number.isInteger(value) : typeof value === type;
}
