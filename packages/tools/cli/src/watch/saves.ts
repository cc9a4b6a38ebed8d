import { existsSync, statSync, watch } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** An editor writes a file in several steps, git many files at once: what follows within this time belongs to one save. */
const QUIET_MS = 100;

/** Returns what resolves at once, then after each save below the paths. What is saved while the caller is busy counts as one more save. */
export function watchSaves(paths: readonly string[]): () => Promise<void> {
  let seenAt = 0;
  let savedAt = performance.now();
  let notify: () => void = () => undefined;
  const onSave = () => {
    savedAt = performance.now();
    notify();
  };
  // A folder that goes away is told by whoever reads it next.
  for (const path of paths) watch(folderOf(path), { recursive: isDeep(path) }, onSave).on("error", onSave);
  return async () => {
    while (savedAt === seenAt)
      await new Promise<void>((resolve) => {
        notify = resolve;
      });
    while (performance.now() - savedAt < QUIET_MS) await delay(QUIET_MS);
    seenAt = savedAt;
  };
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
