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

/** The part of ajv's errors that is read here (ajv, "Error objects"). */
/** Nothing has to be there. */
export const optional = (schema: JsonSchema): JsonSchema => ({ ...schema, required: [] });

export interface SchemaError {
  /** RFC 6901. */
  instancePath: string;
  keyword: string;
  params: Record<string, unknown>;
  message?: string;
}

/** Every error, as ajv finds them with allErrors; a value of the wrong type is looked into no further. */
export function schemaErrors(schema: JsonSchema, value: unknown, instancePath = ""): SchemaError[] {
  const { type, enum: allowedValues, minimum, maximum, pattern } = schema;
  const error = (keyword: string, params: SchemaError["params"], message: string): SchemaError => ({
    instancePath,
    keyword,
    params,
    message,
  });
  if (type !== undefined && !hasType(value, type)) return [error("type", { type }, `must be ${String(type)}`)];
  const errors: SchemaError[] = [];
  if (Array.isArray(allowedValues) && !allowedValues.includes(value))
    errors.push(error("enum", { allowedValues }, "must be an allowed value"));
  if (typeof minimum === "number" && typeof value === "number" && value < minimum)
    errors.push(error("minimum", {}, `must be >= ${minimum}`));
  if (typeof maximum === "number" && typeof value === "number" && value > maximum)
    errors.push(error("maximum", {}, `must be <= ${maximum}`));
  if (typeof pattern === "string" && !new RegExp(pattern, "u").test(String(value)))
    errors.push(error("pattern", {}, `must match pattern "${pattern}"`));
  if (Array.isArray(value) && isJsonObject(schema.items)) {
    const { items } = schema;
    return [...errors, ...value.flatMap((item, index) => schemaErrors(items, item, `${instancePath}/${index}`))];
  }
  return isJsonObject(value) ? [...errors, ...fieldErrors(schema, value, instancePath)] : errors;
}

function fieldErrors(
  { properties = {}, required, additionalProperties }: JsonSchema,
  value: JsonSchema,
  instancePath: string,
): SchemaError[] {
  const errors: SchemaError[] = [];
  for (const missingProperty of Array.isArray(required) ? required : []) {
    if (value[missingProperty] === undefined)
      errors.push({
        instancePath,
        keyword: "required",
        params: { missingProperty },
        message: `must have required property '${missingProperty}'`,
      });
  }
  for (const [field, inner] of Object.entries(value)) {
    const schema = (properties as JsonSchema)[field] ?? additionalProperties;
    if (inner !== undefined && isJsonObject(schema)) errors.push(...schemaErrors(schema, inner, instancePath + formatPointer(field)));
  }
  return errors;
}

function hasType(value: unknown, type: unknown): boolean {
  if (Array.isArray(type)) return type.some((one) => hasType(value, one));
  if (type === "array") return Array.isArray(value);
  if (type === "object") return isJsonObject(value);
  return type === "integer" ? Number.isInteger(value) : typeof value === type;
}
