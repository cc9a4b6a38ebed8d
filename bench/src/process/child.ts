import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export interface Child<T> {
  pid: number;
  /** What it said when it was ready. */
  ready: T;
  stop(): Promise<void>;
}

/** Starts a program of the bench (`*.main.ts`) in a process of its own. It prints one line of JSON when it is ready, and ends with us. */
export async function startChild<T>(file: string, args: readonly string[]): Promise<Child<T>> {
  const child = spawn(process.execPath, ["--no-deprecation", file, ...args], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "exit");
  const failed = ended.then(([code, signal]) => {
    throw new Error(`${file} ended with ${signal ?? code}`);
  });
  const [line] = (await Promise.race([once(createInterface(child.stdout), "line"), failed])) as [string];
  failed.catch(() => undefined);
  return {
    pid: child.pid ?? 0,
    ready: JSON.parse(line) as T,
    stop: async () => {
      child.stdin.end();
      await ended;
    },
  };
}

/** The other side: says that it is ready, and ends when the bench does, however that ends. */
export function announceReady(ready: unknown): void {
  console.log(JSON.stringify(ready));
  process.stdin.resume().on("end", () => process.exit(0));
}
