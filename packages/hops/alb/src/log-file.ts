import { close, mkdirSync, openSync, write } from "node:fs";
import { dirname } from "node:path";

/** How long lines wait for each other. */
const BATCH_MS = 10;
/** To begin with; it grows to what a batch takes. */
const BATCH_BYTES = 64 * 1024;
/** While the disk does not keep up. Lines beyond are lost. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;

export interface LogFile {
  /** @param line of latin1 characters */
  append(line: string): void;
  /** Resolves when all lines are written and the file is closed; none may be appended any more. */
  close(): Promise<void>;
}

/**
 * Appends to a file, one write at a time; a full disk loses lines, never requests. Lines wait as bytes: as strings they would be copied by the
 * garbage collector once or twice, and flattened when they are cold.
 */
export function openLogFile(path: string): LogFile {
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, "a", 0o600);
  let waiting: Buffer = Buffer.allocUnsafe(BATCH_BYTES);
  let used = 0;
  /** Undefined while it is being written. */
  let spare: Buffer | undefined = Buffer.allocUnsafe(BATCH_BYTES);
  let timer: NodeJS.Timeout | undefined;
  let closed: (() => void) | undefined;

  const flush = () => {
    timer = undefined;
    if (spare === undefined) return;
    if (used === 0) {
      if (closed !== undefined) close(file, closed);
      return;
    }
    const batch = waiting;
    write(file, batch, 0, used, null, () => {
      spare = batch;
      if (closed !== undefined) flush();
      else if (used > 0) timer ??= setTimeout(flush, BATCH_MS);
    });
    waiting = spare;
    spare = undefined;
    used = 0;
  };
  return {
    append(line) {
      const needed = used + line.length;
      if (needed > MAX_WAITING_BYTES) return;
      if (needed > waiting.length) waiting = Buffer.concat([waiting], Math.max(needed, 2 * waiting.length));
      used += waiting.write(line, used, "latin1");
      timer ??= setTimeout(flush, BATCH_MS);
    },
    close: () => {
      clearTimeout(timer);
      return new Promise((resolve) => {
        closed = resolve;
        flush();
      });
    },
  };
}
