import { existsSync, statSync, watch } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** An editor writes a file in several steps, git many files at once: what follows within this time belongs to one save. */
const QUIET_MS = 100;

/** Yields at once, then after each save below the paths, until the signal. What is saved while the reader is busy counts as one more save. */
export async function* savesBelow(paths: readonly string[], signal: AbortSignal): AsyncGenerator<void> {
  let savedAt = performance.now();
  let notify: () => void = () => undefined;
  const onSave = () => {
    savedAt = performance.now();
    notify();
  };
  // A folder that goes away is told by whoever reads it next.
  const watchers = paths.map((path) => watch(folderOf(path), { recursive: isDeep(path) }, onSave).on("error", onSave));
  signal.addEventListener("abort", () => notify());
  try {
    for (let seenAt = 0; ; ) {
      while (savedAt === seenAt && !signal.aborted)
        await new Promise<void>((resolve) => {
          notify = resolve;
        });
      while (performance.now() - savedAt < QUIET_MS && !signal.aborted) await delay(QUIET_MS);
      if (signal.aborted) return;
      seenAt = savedAt;
      yield;
    }
  } finally {
    for (const watcher of watchers) watcher.close();
  }
}

const isFolder = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** A file is watched from its folder: most editors put a new file in its place. Of a pattern, the folder before its first wildcard. */
function folderOf(path: string): string {
  if (isFolder(path)) return path;
  return existsSync(path) ? dirname(path) : dirname(`${path.replace(/[*?[{].*$/, "")}.`);
}

/** Only what names whole folders: the folder of one file may be a repository. */
function isDeep(path: string): boolean {
  return isFolder(path) || (!existsSync(path) && path.includes("**"));
}
