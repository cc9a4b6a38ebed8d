/** One line to the process's log (stderr, which the supervisor writes to a file). */
export function log(message: string): void {
  process.stderr.write(`${new Date().toISOString()} ${message}\n`);
}

/** An error as one log entry: its chain of causes, and the stack of the innermost. */
export function formatFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? (error.stack ?? error.message) : `${error.message}: ${formatFailure(error.cause)}`;
}
