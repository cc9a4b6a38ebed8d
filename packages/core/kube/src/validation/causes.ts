/** One refused field, in the words of apimachinery's util/validation/field. */
import type { FieldCause } from "../failure.ts";

export function required(field: string, detail = ""): FieldCause {
  return { reason: "FieldValueRequired", message: detail === "" ? "Required value" : `Required value: ${detail}`, field };
}

export function invalidValue(field: string, value: unknown, detail: string): FieldCause {
  return { reason: "FieldValueInvalid", message: `Invalid value: ${JSON.stringify(value ?? null)}: ${detail}`, field };
}

export function forbidden(field: string, detail: string): FieldCause {
  return { reason: "FieldValueForbidden", message: `Forbidden: ${detail}`, field };
}

export function notSupported(field: string, value: unknown, supported: readonly string[]): FieldCause {
  const list = supported.map((text) => JSON.stringify(text)).join(", ");
  return { reason: "FieldValueNotSupported", message: `Unsupported value: ${JSON.stringify(value)}: supported values: ${list}`, field };
}

export function duplicate(field: string, value: unknown): FieldCause {
  return { reason: "FieldValueDuplicate", message: `Duplicate value: ${JSON.stringify(value)}`, field };
}
