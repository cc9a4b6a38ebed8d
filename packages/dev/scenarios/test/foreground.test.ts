/** `loopway up` without -d: one process with the terminal, which is the supervisor, and beside it for a while what applies the manifests. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAlive } from "@loopway/hop-kit";
import { eventually } from "@loopway/testkit";
import { describe, expect, onTestFinished, test } from "vitest";
import { processesOf, sendOnce, workspace, worldOf } from "../src/index.ts";

const INSTANCE = 8;
const READY_MS = 20_000;

function startUp(words: readonly string[] = [], input = "") {
  const folder = mkdtempSync(join(tmpdir(), "loopway-test-"));
  const world = worldOf({ instance: INSTANCE, folder });
  const args = [join(workspace, "dist/loopway.cjs"), "up", "--instance", String(INSTANCE), "--state", world.stateDir, ...words];
  const child = spawn(process.execPath, args, { cwd: workspace });
  const exit = once(child, "exit");
  child.stdin.end(input);
  const said = { out: "", err: "" };
  child.stdout.on("data", (chunk) => {
    said.out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    said.err += chunk;
  });
  onTestFinished(async () => {
    child.kill("SIGTERM");
    await exit;
    rmSync(folder, { recursive: true, force: true });
  });
  const proxy = () =>
    eventually(() => {
      const found = /curl -x (\S+)/.exec(said.out)?.[1];
      if (found === undefined) throw new Error(`not ready: ${said.err}`);
      return found;
    }, READY_MS);
  return { child, world, said, exit, proxy };
}

/** proc(5): the command lines of its children. */
function childrenOf({ pid }: ChildProcess): { pid: number; command: string }[] {
  const pids = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").map(Number);
  return pids.map((each) => ({ pid: each, command: readFileSync(`/proc/${each}/cmdline`, "utf8").replaceAll("\0", " ") }));
}

const handedOver = () => readdirSync(tmpdir()).filter((name) => name.startsWith("loopway-up-"));

const isCommand = ({ command }: { command: string }) => command.includes("loopway.cjs");

describe.skipIf(process.platform !== "linux")("up in the foreground", () => {
  test("is the supervisor; once all is served nothing else of the command is left; it tells what ends, and SIGTERM ends all", async () => {
    const before = handedOver();
    const { child, world, said, exit, proxy } = startUp();
    const url = await proxy();
    expect(await sendOnce({ proxy: url }, "http://api.example.com/v1/order/1")).toMatchObject({ status: 200 });
    expect((JSON.parse(readFileSync(join(world.stateDir, "loopway.json"), "utf8")) as { pid: number }).pid).toBe(child.pid);
    await eventually(() => expect(childrenOf(child).filter(isCommand)).toEqual([]));
    expect(handedOver()).toEqual(before);

    const [alb] = (await processesOf(world)).filter(({ kind }) => kind === "alb");
    process.kill(alb?.pid ?? 0, "SIGKILL");
    await eventually(() => expect(said.err).toContain(`alb ${alb?.name} ended (signal SIGKILL); starting it again`));
    const pids = childrenOf(child).map(({ pid }) => pid);
    child.kill("SIGTERM");
    expect(await exit).toEqual([0, null]);
    expect(pids.filter(isAlive)).toEqual([]);
  });

  test("takes manifests from standard input", async () => {
    const manifest = readFileSync(join(workspace, "fixtures/seeds/api.yaml"), "utf8");
    const { proxy } = startUp(["-f", "-", "--zone", "fixtures/zones"], manifest);
    expect(await sendOnce({ proxy: await proxy() }, "http://api.example.com/v1/order/1")).toMatchObject({ status: 200 });
  });

  test("an instance that is taken: what and what to do, exit code 3, and nothing is left behind", async () => {
    const before = handedOver();
    const { proxy } = startUp();
    await proxy();
    const second = startUp();
    expect(await second.exit).toEqual([3, null]);
    expect(second.said.err).toContain(`instance ${INSTANCE}`);
    expect(second.said.err).toMatch(/\[E_\w+\]\n {2}→ /);
    expect(handedOver()).toEqual(before);
  });

  test("whoever watches files beside it ends with it, even when it is killed", async () => {
    const { child, proxy } = startUp(["--watch"]);
    await proxy();
    const [watching] = childrenOf(child).filter(isCommand);
    expect(watching).toBeDefined();
    child.kill("SIGKILL");
    await eventually(() => expect(isAlive(watching?.pid ?? 0)).toBe(false));
  });
});
