/** ajv's errors in the API server's words. */
import { type Kind, parsePointer } from "@loopway/model";
import type { FieldCause } from "../failure.ts";
import { invalidValue, notSupported, required } from "./causes.ts";
import type { SchemaError } from "./json-schema.ts";

const goTypes: Readonly<Record<string, string>> = {
  integer: "int32",
  number: "float64",
  string: "string",
  boolean: "bool",
  object: "map",
  array: "slice",
};

/** The first field whose type is wrong, as Go's JSON decoder says it; undefined when everything decodes. */
export function typeProblem({ kind }: Kind, errors: readonly SchemaError[]): string | undefined {
  const error = errors.find(({ keyword }) => keyword === "type");
  if (error === undefined) return undefined;
  const { type } = error.params;
  const name = Array.isArray(type) ? type.join(" or ") : String(type);
  const field = fieldPath(error.instancePath).replaceAll(/\[\d+\]/g, "");
  return `json: cannot unmarshal into Go struct field ${kind}.${field} of type ${goTypes[name] ?? name}`;
}

/** Whatever else a schema finds; apiVersion and kind are checked before. */
export function schemaCauses(object: unknown, errors: readonly SchemaError[]): FieldCause[] {
  return errors.flatMap((error): FieldCause[] => {
    const field = fieldPath(error.instancePath);
    switch (error.keyword) {
      case "required": {
        const missing = String(error.params.missingProperty);
        return [required(field === "" ? missing : `${field}.${missing}`)];
      }
      case "enum":
        return [notSupported(field, valueAt(object, error.instancePath), (error.params.allowedValues as unknown[]).map(String))];
      case "type":
      case "if":
      case "anyOf":
      case "oneOf":
        return [];
      default:
        return [invalidValue(field, valueAt(object, error.instancePath), error.message ?? error.keyword)];
    }
  });
}

/** "/spec/ports/0/port" becomes "spec.ports[0].port". */
export function fieldPath(instancePath: string): string {
  return parsePointer(instancePath).reduce((path, token) => {
    if (/^\d+$/.test(token)) return `${path}[${token}]`;
    return path === "" ? token : `${path}.${token}`;
  }, "");
}

function valueAt(object: unknown, instancePath: string): unknown {
  return parsePointer(instancePath).reduce((value: unknown, token) => (value as Record<string, unknown> | undefined)?.[token], object);
}
