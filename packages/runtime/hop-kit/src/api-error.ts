/** An answer of the API other than 2xx: its `Status` object in short. */
export class ApiError extends Error {
  /** HTTP status. */
  readonly status: number;
  /** Status.reason: NotFound, AlreadyExists, Conflict, Invalid, Expired ... */
  readonly reason: string;
  /** The Status object as it came, or the text of an answer that was none. */
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    const answer = typeof body === "object" && body !== null ? (body as { message?: string; reason?: string }) : {};
    super(answer.message ?? `the API answered ${status}`);
    this.name = "ApiError";
    this.status = status;
    this.reason = answer.reason ?? "Unknown";
    this.body = body;
  }
}

/** The revision asked for is older than the server's history: list again. HTTP 410, reason Expired or Gone. */
export function isGone(error: unknown): boolean {
  return error instanceof ApiError && error.status === 410;
}

export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}
