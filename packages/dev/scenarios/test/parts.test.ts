// The region in parts, as docker-compose.yml runs it, without containers: one `loopway hop` or `loopway node` each, one state directory.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAlive } from "@loopway/hop-kit";
import type { Node, Pod } from "@loopway/model";
import { eventually } from "@loopway/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { endpointsOf, openApi, openProxyClient, processesOf, sendOnce, startLoad, type World, workspace, worldOf } from "../src/index.ts";

const INSTANCE = 9;
const nodes = [1, 2, 3].map((subnet) => `ip-127-100-${subnet}-10.ec2.internal`);
const lost = nodes[2] ?? "";
const url = (ordinal: number) => `http://api.example.com/v1/order/${ordinal}`;
/** Node ports and their pods on a lost node fail until the node counts as lost; then nothing does. */
const GRACE_S = 1;

describe("the parts of a region, each with a supervisor of its own", () => {
  const folder = mkdtempSync(join(tmpdir(), "loopway-"));
  const parts = new Map<string, ChildProcess>();
  let world: World;

  const startPart = (...words: string[]) => {
    const command = join(workspace, "dist", "loopway.cjs");
    const child = spawn(process.execPath, [command, ...words, "--state", world.stateDir], { cwd: workspace, stdio: "ignore" });
    parts.set(words.slice(0, 2).join(" "), child);
  };
  const startControlPlane = () => startPart("hop", "control-plane", "--instance", String(INSTANCE), "--timing", `node-grace=${GRACE_S}`);
  const allReady = () => eventually(async () => expect(await world.loopway(["ready"])).toMatchObject({ code: 0 }), 20_000);
  /** The supervisor of a part, as its lock says. */
  const killSupervisor = (lock: string) => {
    const { pid } = JSON.parse(readFileSync(join(world.stateDir, lock), "utf8")) as { pid: number };
    process.kill(pid, "SIGKILL");
  };
  const readyNodes = async () => {
    const api = openApi(world);
    const { items } = await api.list<Node>({ kind: "Node" });
    api.close();
    return items.flatMap(({ metadata, status }) =>
      status?.conditions?.some(({ type, status: value }) => type === "Ready" && value === "True") ? [metadata.name] : [],
    );
  };

  beforeAll(async () => {
    world = worldOf({ instance: INSTANCE, folder });
    // In the wrong order: each waits for what it needs.
    for (const name of nodes) startPart("node", name);
    for (const words of [["client"], ["alb"], ["route53"], ["kube-proxy", "services"]]) startPart("hop", ...words);
    startControlPlane();
    await allReady();
    world = { ...world, proxy: (await endpointsOf(world)).proxy };
  });
  afterAll(async () => {
    for (const child of parts.values()) child.kill("SIGTERM");
    await Promise.all([...parts.values()].map((child) => child.exitCode ?? child.signalCode ?? once(child, "exit")));
    rmSync(folder, { recursive: true, force: true });
  });

  test("together they are the whole path", async () => {
    expect((await sendOnce(world, url(1))).status).toBe(200);
    const kinds = new Set((await processesOf(world)).map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual(["alb", "client", "control-plane", "kube-proxy", "pod", "route53", "supervisor"]);
  });

  test("a node that is killed takes its processes along, and traffic goes on without it", async () => {
    const api = openApi(world);
    const pods = (await api.list<Pod>({ kind: "Pod" })).items.filter(({ spec }) => spec.nodeName === lost);
    api.close();
    const names = new Set([lost, ...pods.map(({ metadata }) => metadata.name)]);
    const ofNode = (await processesOf(world)).filter(({ name }) => names.has(name));
    expect(ofNode.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["kube-proxy", "pod"]));
    const client = openProxyClient(world, 16);
    const load = startLoad(client, url, 50);
    killSupervisor(`supervisor-node-${lost}.lock`);
    await eventually(() => expect(ofNode.filter(({ pid }) => isAlive(pid))).toEqual([]));
    await eventually(async () => expect(await readyNodes()).toEqual(nodes.slice(0, 2)));
    // One second's worth without a failure, sent after that.
    await eventually(() => {
      const { sent, failures } = load.result;
      expect(sent / 50 - (failures.at(-1)?.atMs ?? 0) / 1000).toBeGreaterThan(1);
    });
    const { sent, failures } = await load.stop();
    client.close();
    expect(failures.length).toBeLessThan(sent);
  });

  test("a node that is started again serves again", async () => {
    startPart("node", lost);
    await allReady();
    await eventually(async () => expect(await readyNodes()).toEqual(nodes));
  });

  test("the control plane is killed and started again: no request fails, and the other parts go on with it", async () => {
    const client = openProxyClient(world, 16);
    const load = startLoad(client, url, 50);
    killSupervisor("supervisor.lock");
    await eventually(async () => expect(await world.loopway(["ready"])).not.toMatchObject({ code: 0 }));
    startControlPlane();
    await allReady();
    const { failures } = await load.stop();
    client.close();
    expect(failures).toEqual([]);
  });

  test("SIGTERM ends each of them, and nothing is left", async () => {
    const running = await processesOf(world);
    for (const child of parts.values()) child.kill("SIGTERM");
    await eventually(() => expect(running.filter(({ pid }) => isAlive(pid))).toEqual([]));
  });
});
