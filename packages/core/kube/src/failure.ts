/** Refusals of the API as values: Status objects with the API server's reasons, codes and words (apimachinery, api/errors). */
import { type Kind, kindNamed } from "@loopway/model";

export type FailureReason =
  | "BadRequest"
  | "Unauthorized"
  | "Forbidden"
  | "NotFound"
  | "MethodNotAllowed"
  | "NotAcceptable"
  | "AlreadyExists"
  | "Conflict"
  | "Expired"
  | "RequestEntityTooLarge"
  | "UnsupportedMediaType"
  | "Invalid"
  | "InternalError"
  | "Timeout"
  | "TooManyRequests"
  | "ServiceUnavailable"
  | "";

/** Why one field is refused. `field` is a path such as "spec.ports[0].port". */
export interface FieldCause {
  reason:
    | "FieldValueRequired"
    | "FieldValueInvalid"
    | "FieldValueNotSupported"
    | "FieldValueDuplicate"
    | "FieldValueForbidden"
    | "ResourceVersionTooLarge"
    | "DisruptionBudget";
  message: string;
  field: string;
}

export interface ApiFailure {
  kind: "Status";
  apiVersion: "v1";
  metadata: Record<string, never>;
  status: "Failure";
  message: string;
  reason: FailureReason;
  details?: { name?: string; group?: string; kind?: string; causes?: FieldCause[]; retryAfterSeconds?: number };
  /** The HTTP status. */
  code: number;
}

const codes: Readonly<Record<FailureReason, number>> = {
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  AlreadyExists: 409,
  Conflict: 409,
  Expired: 410,
  RequestEntityTooLarge: 413,
  UnsupportedMediaType: 415,
  Invalid: 422,
  InternalError: 500,
  Timeout: 504,
  TooManyRequests: 429,
  ServiceUnavailable: 503,
  "": 500,
};

export function failure(reason: FailureReason, message: string, details?: ApiFailure["details"]): ApiFailure {
  const base = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason, code: codes[reason] } as const;
  return details === undefined ? base : { ...base, details };
}

export function isFailure(value: unknown): value is ApiFailure {
  return typeof value === "object" && value !== null && (value as { kind?: unknown }).kind === "Status" && "code" in value;
}

/** "deployments.apps", "pods": how messages name a resource. */
function resourceName({ plural, group }: Kind): string {
  return group === "" ? plural : `${plural}.${group}`;
}

function about({ group, plural }: Kind, name: string): NonNullable<ApiFailure["details"]> {
  return group === "" ? { name, kind: plural } : { name, group, kind: plural };
}

export function notFound(kind: string, name: string): ApiFailure {
  const known = kindNamed(kind);
  return failure("NotFound", `${resourceName(known)} "${name}" not found`, about(known, name));
}

export function alreadyExists(kind: string, name: string): ApiFailure {
  const known = kindNamed(kind);
  return failure("AlreadyExists", `${resourceName(known)} "${name}" already exists`, about(known, name));
}

export function conflict(kind: string, name: string, why: string): ApiFailure {
  const known = kindNamed(kind);
  return failure("Conflict", `Operation cannot be fulfilled on ${resourceName(known)} "${name}": ${why}`, about(known, name));
}

/** 422: every field that is wrong, at once. */
export function invalid(kind: string, name: string, causes: FieldCause[]): ApiFailure {
  const { group } = kindNamed(kind);
  const texts = causes.map((cause) => `${cause.field}: ${cause.message}`);
  const list = texts.length === 1 ? texts[0] : `[${texts.join(", ")}]`;
  const qualified = group === "" ? kind : `${kind}.${group}`;
  return failure("Invalid", `${qualified} "${name}" is invalid: ${list}`, { name, ...(group === "" ? {} : { group }), kind, causes });
}
