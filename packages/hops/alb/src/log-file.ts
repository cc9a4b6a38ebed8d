import { closeSync, mkdirSync, openSync, write, writeSync } from "node:fs";
import { dirname } from "node:path";

/** How long lines wait for each other. */
const BATCH_MS = 10;

export interface LogFile {
  /** @param line of latin1 characters */
  append(line: string): void;
  /** Writes what waits, and closes. */
  close(): void;
}

/** Appends to a file, one write per batch; a full disk loses lines, never requests. */
export function openLogFile(path: string): LogFile {
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, "a", 0o600);
  let waiting = "";
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    timer = undefined;
    const batch = waiting;
    waiting = "";
    write(file, batch, null, "latin1", () => {});
  };
  return {
    append(line) {
      waiting += line;
      timer ??= setTimeout(flush, BATCH_MS);
    },
    close() {
      clearTimeout(timer);
      if (waiting !== "") writeSync(file, waiting, null, "latin1");
      waiting = "";
      closeSync(file);
    },
  };
}
