import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ProcessConfig } from "@loopway/model";
import { eventually } from "@loopway/testkit";
import { expect, onTestFinished, test } from "vitest";
import { startChild } from "../src/child.ts";

test("a process whose objects live long and then die carries no more garbage than what lives", async () => {
  const folder = mkdtempSync(join(tmpdir(), "loopway-child-"));
  const logFile = join(folder, "log");
  const config: ProcessConfig = {
    kind: "collector",
    name: "collector",
    instance: 0,
    addresses: "identity",
    strict: false,
    api: { server: `unix:${join(folder, "api.sock")}` },
    collectorSocket: join(folder, "collector.sock"),
    stateDir: folder,
    clockOriginUs: 0,
    settings: {},
  };
  const announced: string[] = [];
  const bundle = fileURLToPath(new URL("fixtures/turnover.ts", import.meta.url));
  const child = startChild({ bundle, config, logFile, onAnnouncement: ({ type }) => void announced.push(type), onExit: () => undefined });
  onTestFinished(() => {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true });
  });
  await eventually(() => expect(announced).toEqual(["ready"]), 20_000);
  const [, ratio] = /most\/least ([\d.]+)/.exec(readFileSync(logFile, "utf8")) ?? [];
  expect(Number(ratio)).toBeLessThan(2);
});
