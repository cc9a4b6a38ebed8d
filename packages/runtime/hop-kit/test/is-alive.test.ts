import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { eventually } from "@loopway/testkit";
import { expect, onTestFinished, test } from "vitest";
import { isAlive } from "../src/is-alive.ts";

async function end(child: ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  await once(child, "close");
}

test("a process is alive until it ends", async () => {
  const child = spawn("sleep", ["60"]);
  expect(isAlive(child.pid ?? 0)).toBe(true);
  await end(child);
  expect(isAlive(child.pid ?? 0)).toBe(false);
});

test.skipIf(process.platform !== "linux")("a process that has ended but was not reaped is not alive", async () => {
  // The shell becomes a sleep that never waits for its child, which has ended.
  const parent = spawn("sh", ["-c", "sleep 0.1 & echo $!; exec sleep 60"]);
  onTestFinished(() => end(parent));
  const [line] = (await once(parent.stdout, "data")) as [Buffer];
  const pid = Number(line.toString());
  await eventually(() => expect(isAlive(pid)).toBe(false));
  expect(() => process.kill(pid, 0)).not.toThrow();
});
