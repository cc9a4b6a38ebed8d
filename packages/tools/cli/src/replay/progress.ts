import { statSync } from "node:fs";

/** Between two looks at the terminal. */
const INTERVAL_MS = 200;

export interface Progress {
  read(bytes: number): void;
  end(): void;
}

/** How much of the files was read, on standard error, and only where a person looks at it. */
export function startProgress(files: readonly string[]): Progress {
  if (process.stderr.isTTY !== true) return { read() {}, end() {} };
  const total = files.reduce((sum, file) => sum + statSync(file).size, 0);
  let done = 0;
  let shownAt = 0;
  return {
    read(bytes) {
      done += bytes;
      const now = performance.now();
      if (now - shownAt < INTERVAL_MS) return;
      shownAt = now;
      process.stderr.write(`\r${Math.floor((100 * done) / Math.max(total, 1))} % of ${Math.ceil(total / 1e6)} MB`);
    },
    end: () => process.stderr.write("\r\x1b[K"),
  };
}
