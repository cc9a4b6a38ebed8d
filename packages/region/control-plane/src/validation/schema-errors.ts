/** ajv's errors in the API server's words. */
import type { FieldCause } from "@loopway/kube";
import type { Kind } from "@loopway/model";
import type { SchemaError } from "./load-schema.ts";

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
export function schemaCauses(errors: readonly SchemaError[]): FieldCause[] {
  return errors.flatMap((error): FieldCause[] => {
    const field = fieldPath(error.instancePath);
    switch (error.keyword) {
      case "required": {
        const missing = String(error.params.missingProperty);
        return [{ reason: "FieldValueRequired", message: "Required value", field: field === "" ? missing : `${field}.${missing}` }];
      }
      case "enum": {
        const supported = (error.params.allowedValues as unknown[]).map((value) => JSON.stringify(value)).join(", ");
        return [{ reason: "FieldValueNotSupported", message: `Unsupported value: supported values: ${supported}`, field }];
      }
      case "type":
      case "if":
      case "anyOf":
      case "oneOf":
        return [];
      default:
        return [{ reason: "FieldValueInvalid", message: `Invalid value: ${error.message ?? error.keyword}`, field }];
    }
  });
}

/** "/spec/ports/0/port" becomes "spec.ports[0].port". */
export function fieldPath(instancePath: string): string {
  return instancePath
    .split("/")
    .slice(1)
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce((path, token) => (/^\d+$/.test(token) ? `${path}[${token}]` : path === "" ? token : `${path}.${token}`), "");
}
