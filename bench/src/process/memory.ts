import { readdirSync, readFileSync } from "node:fs";

/** Proportional set size of a process and all its descendants, in MB (10^6 bytes): shared pages count once. Linux only. */
export function treeMemoryMb(root: number): number {
  return descendants(root).reduce((total, pid) => total + pssKib(pid), 0) * 0.001024;
}

/** Resident set size of one process, in MB (10^6 bytes): with the pages that it shares. Linux only. */
export function residentMb(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 0.001024;
}

function descendants(root: number): number[] {
  const parents = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => parentOf(Number(name)));
  const found = [root];
  for (const parent of found) found.push(...parents.filter(({ ppid }) => ppid === parent).map(({ pid }) => pid));
  return found;
}

/** Nothing for a process that is gone by now. proc_pid_stat(5): the name stands in parentheses and may contain anything. */
function parentOf(pid: number): { pid: number; ppid: number }[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [, ppid] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return [{ pid, ppid: Number(ppid) }];
  } catch {
    return [];
  }
}

function pssKib(pid: number): number {
  return Number(/^Pss: +(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1]);
}
