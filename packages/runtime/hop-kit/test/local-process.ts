/** For tests (`@loopway/hop-kit/local-process`): a process of ours, started and seen as the supervisor does. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import type { Announcement } from "@loopway/model";
import { onTestFinished } from "vitest";
import { type LocalConfig, localConfig } from "./local-config.ts";

export interface LocalProcess {
  child: ChildProcess;
  announcements: Announcement[];
  /** What it wrote to stdout and stderr so far. */
  output(): string;
  /** [code, signal] */
  exit: Promise<unknown[]>;
}

/** Does not wait for it. It is gone when the test is. */
export function startLocalProcess(file: string, config: LocalConfig): LocalProcess {
  const child = spawn(process.execPath, [file], {
    env: { ...process.env, LOOPWAY_PROCESS: JSON.stringify(localConfig(config)) },
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  const exit = once(child, "exit");
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await exit;
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk) => {
      output += String(chunk);
    });
  }
  const announcements: Announcement[] = [];
  const line = child.stdio[3];
  if (!(line instanceof Readable)) throw new Error("the fourth stream is a pipe");
  createInterface({ input: line }).on("line", (text) => announcements.push(JSON.parse(text) as Announcement));
  return { child, announcements, output: () => output, exit };
}
