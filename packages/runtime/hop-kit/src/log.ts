import { writeSync } from "node:fs";

let file: number | undefined;

/** For a process whose standard error is the user's terminal: from here on the log goes to this open file. */
export function logToFile(descriptor: number): void {
  file = descriptor;
}

/** One line to the process's log: stderr, which the supervisor writes to a file, unless {@link logToFile} has named one. */
export function log(message: string): void {
  const line = `${new Date().toISOString()} ${message}\n`;
  if (file === undefined) process.stderr.write(line);
  else writeSync(file, line);
}

/** An error as one log entry: its chain of causes, and the stack of the innermost. */
export function formatFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? (error.stack ?? error.message) : `${error.message}: ${formatFailure(error.cause)}`;
}
