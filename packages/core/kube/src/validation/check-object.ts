import type { Kind, KubeObject } from "@loopway/model";
import { type ApiFailure, type FieldCause, failure, invalid } from "../failure.ts";
import { awsSchemas } from "./aws-schemas.ts";
import { type SchemaError, schemaErrors } from "./json-schema.ts";
import { kubernetesSchemas } from "./kubernetes-schemas.ts";
import { objectCauses } from "./object-causes.ts";
import { fieldPath, schemaCauses, typeProblem } from "./schema-errors.ts";

/**
 * Why the API would refuse a user's object, in its words; undefined where it would store it. What controllers and hops read is looked at,
 * by our own schemas: unlike the control plane, which knows every field of Kubernetes, this costs no start-up time. Fields that nobody
 * reads may be anything.
 */
export function checkObject(kind: Kind, object: KubeObject): ApiFailure | undefined {
  const errors = schemaErrors(kubernetesSchemas[kind.kind] ?? awsSchemas[kind.kind] ?? {}, object);
  const mistyped = typeProblem(kind, errors);
  if (mistyped !== undefined) return undecodable(kind, mistyped, errors);
  const causes = [...objectCauses(kind, object), ...schemaCauses(object, errors)];
  const unique = causes.filter(({ field }, index) => causes.findIndex((other) => other.field === field) === index);
  return unique.length === 0 ? undefined : invalid(kind.kind, object.metadata.name ?? "", unique);
}

function undecodable(kind: Kind, why: string, errors: readonly SchemaError[]): ApiFailure {
  const first = errors.find(({ keyword }) => keyword === "type");
  const cause: FieldCause = { reason: "FieldValueInvalid", message: why, field: fieldPath(first?.instancePath ?? "") };
  const message = `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: ${why}`;
  return failure("BadRequest", message, { causes: [cause] });
}
