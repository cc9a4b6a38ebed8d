import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "@loopway/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sendOnce, workspace } from "../src/index.ts";

const START_MS = 20_000;
/** The exit code of `up` where somebody else has the instance. */
const TAKEN = 3;
let folder = "";
let loopway: ChildProcess;
/** What the command has said since the last edit, on either output. */
let said = "";
let proxy = "";
const manifest = (name: string) => join(folder, "k8s", name);
const statusOf = async (url: string) => (await sendOnce({ proxy }, url)).status;

function edit(name: string, change: (text: string) => string): void {
  said = "";
  writeFileSync(manifest(name), change(readFileSync(manifest(name), "utf8")));
}

async function start(instance: number): Promise<boolean> {
  const args = ["up", "--watch", "-f", join(folder, "k8s"), "--zone", join(workspace, "fixtures/zones")];
  loopway = spawn(process.execPath, [
    join(workspace, "dist/loopway.cjs"),
    ...args,
    "--instance",
    `${instance}`,
    "--state",
    join(folder, "state"),
  ]);
  said = "";
  for (const output of [loopway.stdout, loopway.stderr])
    output?.on("data", (chunk) => {
      said += chunk;
    });
  await eventually(() => {
    proxy = /curl -x (\S+)/.exec(said)?.[1] ?? "";
    expect(loopway.exitCode !== null || proxy !== "").toBe(true);
  }, START_MS);
  return loopway.exitCode !== TAKEN;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "loopway-watch-"));
  cpSync(join(workspace, "fixtures/seeds"), join(folder, "k8s"), { recursive: true });
  for (let instance = 1; !(await start(instance)); instance++);
}, 60_000);

afterAll(async () => {
  if (loopway.exitCode === null) {
    loopway.kill("SIGTERM");
    await once(loopway, "exit");
  }
  rmSync(folder, { recursive: true });
});

test(
  "a save is applied, and it is said which requests are answered differently",
  async () => {
    expect(await statusOf("http://api.example.com/v2/order/1")).toBe(404);
    edit("api.yaml", (text) => text.replaceAll("/v1/order", "/v2/order"));
    await eventually(async () => expect(await statusOf("http://api.example.com/v2/order/1")).toBe(200));
    expect(said).toContain("curl");
    expect(said).toContain("/v2/order");
  },
  START_MS,
);

test(
  "a broken file is named with its line; nothing of the save is applied, what was applied serves on",
  async () => {
    edit("api.yaml", (text) => text.replaceAll("/v2/order", "/v3/order").replace("kind: Ingress", "kind: [Ingress"));
    await eventually(() => expect(said).toMatch(/api\.yaml:\d+: not valid YAML.*\n.*\n.*keeps serving/));
    expect(await statusOf("http://api.example.com/v2/order/1")).toBe(200);
    edit("api.yaml", (text) => text.replace("kind: [Ingress", "kind: Ingress"));
    await eventually(async () => expect(await statusOf("http://api.example.com/v3/order/1")).toBe(200));
  },
  START_MS,
);

test(
  "what disappears from the files is deleted; what others made stays",
  async () => {
    const state = ["--state", join(folder, "state")];
    writeFileSync(join(folder, "own.yaml"), "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: by-hand }\n");
    const hand = spawn(process.execPath, [join(workspace, "dist/loopway.cjs"), "apply", "-f", join(folder, "own.yaml"), ...state]);
    expect(await once(hand, "exit")).toEqual([0, null]);
    rmSync(manifest("flashapp.yaml"));
    await eventually(() => expect(said).toMatch(/deleted: Ingress \S+/));
    await eventually(async () => expect(await statusOf("http://api.flashapp.com/products")).not.toBe(200));
    expect(await statusOf("http://api.example.com/v3/order/1")).toBe(200);
    expect(said).not.toContain("by-hand");
  },
  START_MS,
);
