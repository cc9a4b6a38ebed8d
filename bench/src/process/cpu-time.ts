import { readdirSync, readFileSync } from "node:fs";

/** CPU time of a process so far, user and system, all threads, in nanoseconds. Linux only: /proc/PID/task/TID/schedstat. */
export function cpuNs(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const ofThread = (thread: string) => Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]);
  return threads.reduce((total, thread) => total + ofThread(thread), 0);
}
