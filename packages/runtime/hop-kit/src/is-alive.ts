import { readFileSync } from "node:fs";

/**
 * Whether a process with this pid runs. One that has ended but was not reaped yet does not: whoever inherits an orphan (a container's pid 1) may take
 * its time, and such a zombie still accepts signals.
 */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
  return !isZombie(pid);
}

/** proc(5): the state letter follows the command's name, which is in parentheses and may contain some. Elsewhere than on Linux: not known, so no. */
function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3) === "Z";
  } catch {
    return false;
  }
}
