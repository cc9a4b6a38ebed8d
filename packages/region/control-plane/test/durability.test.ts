import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { eventually } from "@loopway/testkit";
import { expect, test } from "vitest";
import { newStateDir, spawnControlPlane, startControlPlane } from "./control-plane.ts";
import { CONFIG_MAPS, configMap } from "./objects.ts";

const ROUNDS = 20;

test.each(["process", "power"])(
  "durable: %s: after kill -9, time after time, every acknowledged write is there, and resourceVersion has not gone back",
  {
    timeout: 60_000,
  },
  async (durable) => {
    const stateDir = newStateDir();
    const acknowledged = new Set<string>();
    let newest = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const { child, exit, send } = await startControlPlane(stateDir, { settings: { durable } });
      const { body } = await send("GET", CONFIG_MAPS);
      const names = new Set(body.items.map(({ metadata }: { metadata: { name: string } }) => metadata.name));
      expect([...acknowledged].filter((name) => !names.has(name))).toEqual([]);
      expect(Number(body.metadata.resourceVersion)).toBeGreaterThanOrEqual(newest);
      const writes = Array.from({ length: 40 }, async (_, index) => {
        const name = `r${round}-${index}`;
        const answer = await send("POST", CONFIG_MAPS, configMap(name));
        if (answer.code !== 201) return;
        acknowledged.add(name);
        newest = Math.max(newest, Number(answer.body.metadata.resourceVersion));
      });
      await Promise.race(writes);
      await new Promise((resolve) => setImmediate(resolve));
      child.kill("SIGKILL");
      await Promise.allSettled(writes);
      await exit;
    }
    expect(acknowledged.size).toBeGreaterThanOrEqual(ROUNDS);
  },
);

async function refusal(stateDir: string, overrides = {}) {
  const { announcements, exit } = await spawnControlPlane(stateDir, overrides);
  const [code] = await exit;
  return { code, announcements: await eventually(() => expect(announcements).not.toEqual([])).then(() => announcements) };
}

const failed = (stateDir: string, reason: string) => ({
  code: 1,
  announcements: [{ type: "failed", code: "E_STATE", values: { state: stateDir, reason } }],
});

test("a second control plane on the same state directory is refused, and the first goes on", async () => {
  const first = await startControlPlane();
  expect(await refusal(first.stateDir)).toEqual(failed(first.stateDir, "another control plane is using it"));
  expect((await first.send("POST", CONFIG_MAPS, configMap("a"))).code).toBe(201);
});

const foreign: { name: string; write: (path: string) => void; reason: string }[] = [
  {
    name: "a file that is no database",
    write: (path) => writeFileSync(path, "x".repeat(5000)),
    reason: "store.sqlite is damaged or is not a store of Loopway",
  },
  {
    name: "a database of another program",
    write: (path) => {
      const database = new DatabaseSync(path);
      database.exec("CREATE TABLE t (a)");
      database.close();
    },
    reason: "store.sqlite is a database of another program",
  },
  {
    name: "a store of a newer Loopway",
    write: (path) => {
      const database = new DatabaseSync(path);
      database.exec("PRAGMA application_id = 0x4c4f4f50; PRAGMA user_version = 2; CREATE TABLE t (a)");
      database.close();
    },
    reason: "store.sqlite has format 2, this Loopway reads format 1",
  },
];

test.each(foreign)("$name is refused and left as it was", async ({ write, reason }) => {
  const stateDir = newStateDir();
  const path = join(stateDir, "store.sqlite");
  write(path);
  const before = readFileSync(path);
  expect(await refusal(stateDir)).toEqual(failed(stateDir, reason));
  expect(readFileSync(path)).toEqual(before);
  expect(existsSync(`${path}-wal`)).toBe(false);
});

test("a damaged store is refused", async () => {
  const stateDir = newStateDir();
  const { child, exit, send } = await startControlPlane(stateDir);
  for (let index = 0; index < 30; index++) await send("POST", CONFIG_MAPS, configMap(`a${index}`, { text: "x".repeat(2000) }));
  child.kill("SIGTERM");
  await exit;
  const path = join(stateDir, "store.sqlite");
  const bytes = readFileSync(path);
  bytes.fill(0xff, 4096);
  writeFileSync(path, bytes);
  expect(await refusal(stateDir)).toEqual(failed(stateDir, "store.sqlite is damaged"));
  expect(readFileSync(path)).toEqual(bytes);
});

test("the addresses of another instance are refused", async () => {
  const stateDir = newStateDir();
  const { child, exit } = await startControlPlane(stateDir);
  child.kill("SIGTERM");
  await exit;
  expect(await refusal(stateDir, { instance: 1 })).toEqual(failed(stateDir, "it holds the addresses of instance 0, this is instance 1"));
});

test("files and socket are for their owner only", async () => {
  const { stateDir } = await startControlPlane();
  await eventually(() => expect(existsSync(join(stateDir, "kubeconfig"))).toBe(true));
  const modes = ["store.sqlite", "api.sock", "ca.key", "api.key", "doh.key", "ca.crt", "token", "kubeconfig"].map(
    (file) => `${file} ${(statSync(join(stateDir, file)).mode & 0o777).toString(8)}`,
  );
  expect(modes).toEqual(modes.map((text) => text.replace(/ .*/, " 600")));
});

test("a control plane whose supervisor is gone exits", async () => {
  const { child, exit } = await startControlPlane();
  child.stdio[3]?.destroy();
  await exit;
  expect(child.exitCode).toBe(0);
});

test("a state directory that is absent is refused with the reason", async () => {
  const stateDir = join(newStateDir(), "absent");
  const { code, announcements } = await refusal(stateDir);
  expect(code).toBe(1);
  expect(announcements).toMatchObject([{ type: "failed", code: "E_STATE", values: { state: stateDir } }]);
});
