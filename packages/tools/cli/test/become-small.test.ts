import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { smallProcessFlags } from "@loopway/supervisor";
import { expect, onTestFinished, test } from "vitest";

const main = join(import.meta.dirname, "../src/main.ts");

test.skipIf(process.platform !== "linux")("a command that stays goes on in its own process, with the flags of a small one", async () => {
  const state = mkdtempSync(join(tmpdir(), "loopway-"));
  const command = spawn(process.execPath, [main, "node", "a", "--state", state], { stdio: ["ignore", "ignore", "pipe"] });
  const exited = once(command, "exit");
  onTestFinished(async () => {
    command.kill();
    await exited;
    rmSync(state, { recursive: true });
  });
  // It has begun: it waits for what it is a part of.
  const [said] = await once(command.stderr.setEncoding("utf8"), "data");
  expect(said).toBe(`waiting for a control plane in ${state}\n`);
  const [, ...args] = readFileSync(`/proc/${command.pid}/cmdline`, "utf8").split("\0").slice(0, -1);
  expect(args).toEqual([...smallProcessFlags, main, "node", "a", "--state", state]);
});
