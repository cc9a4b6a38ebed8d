// Whether a user's object may be stored. Three questions in the API server's order:
//
//   does it decode?       a wrong type is 400, and so is an unknown field under fieldValidation=Strict (else a warning)
//   is it complete?       what its schema requires: 422
//   does it make sense?   what no schema says (names, ports, selectors): 422, every field at once
import { type ApiFailure, failure, invalid, objectCauses, schemaCauses, typeProblem } from "@loopway/kube";
import type { Kind, KubeObject, Secret } from "@loopway/model";
import { importCauses, withCertificateFacts } from "./import-certificate.ts";
import { loadSchema, type Schema } from "./load-schema.ts";
import { unknownFields } from "./unknown-fields.ts";

interface Checked {
  object: KubeObject;
  warnings: readonly string[];
}

export interface Validator {
  check(object: KubeObject): Checked | ApiFailure;
  /** A status is written by programs: only that it decodes. */
  checkStatus(object: KubeObject): Checked | ApiFailure;
}

/** Schemas load with the first write of their kind. */
export async function validatorOf(kind: Kind, query: URLSearchParams): Promise<Validator> {
  const schema = await loadSchema(kind);
  const fieldValidation = query.get("fieldValidation") ?? "Warn";
  return {
    check: (object) => {
      const decoded = decode(schema, kind, object, fieldValidation);
      if (!("warnings" in decoded)) return decoded;
      const own = object.kind === "Secret" ? importCauses(object as Secret) : [];
      const causes = [...objectCauses(kind, object), ...own, ...schemaCauses(object, schema.errors(object))];
      const unique = causes.filter(({ field }, index) => causes.findIndex((other) => other.field === field) === index);
      if (unique.length > 0) return invalid(kind.kind, object.metadata.name ?? "", unique);
      return object.kind === "Secret" ? { ...decoded, object: withCertificateFacts(object as Secret) } : decoded;
    },
    checkStatus: (object) => decode(schema, kind, object, fieldValidation),
  };
}

function decode(schema: Schema, kind: Kind, object: KubeObject, fieldValidation: string): Checked | ApiFailure {
  const cannot = (why: string) =>
    failure("BadRequest", `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: ${why}`);
  const mistyped = typeProblem(kind, schema.errors(object));
  if (mistyped !== undefined) return cannot(mistyped);
  if (fieldValidation === "Ignore") return { object, warnings: [] };
  const unknown = unknownFields(schema, object).map((field) => `unknown field "${field}"`);
  if (fieldValidation === "Strict" && unknown.length > 0) return cannot(`strict decoding error: ${unknown.join(", ")}`);
  return { object, warnings: unknown };
}
