import { isAlive } from "@loopway/hop-kit";
import { eventually } from "@loopway/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { endpointsOf, openApi, openProxyClient, processesOf, sendOnce, startLoad, startWorld, type World } from "../src/index.ts";

const RATE = 200;
const url = (ordinal: number) => `http://api.example.com/v1/order/${ordinal}`;

describe("kill -9 under load", () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ files: ["fixtures/seeds-ip"], zones: ["fixtures/zones"] });
  });
  afterAll(() => world?.stop());

  const pidOf = async (kind: string, matches: (name: string) => boolean = () => true) =>
    (await processesOf(world)).find((each) => each.kind === kind && matches(each.name))?.pid ?? 0;

  test("the control plane: no request fails, every acknowledged object is there afterwards", async () => {
    const client = openProxyClient(world, 32);
    const load = startLoad(client, url, RATE);
    const api = openApi(world);
    const names = Array.from({ length: 50 }, (_, index) => `kept-${index}`);
    for (const name of names) await api.create({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "default" } });
    const pid = await pidOf("control-plane");
    process.kill(pid, "SIGKILL");
    const kept = await eventually(async () => {
      const { items } = await api.list({ kind: "ConfigMap", namespace: "default" });
      expect(await pidOf("control-plane")).not.toBe(pid);
      return items.map(({ metadata }) => metadata.name);
    });
    expect(kept).toEqual(expect.arrayContaining(names));
    const { failures } = await load.stop();
    client.close();
    api.close();
    expect(failures).toEqual([]);
  });

  test("an alb: refused at once, never hanging, then back with the same rules", async () => {
    const pid = await pidOf("alb", (name) => name.includes("apiingre"));
    process.kill(pid, "SIGKILL");
    const statuses = new Set<number>();
    await eventually(async () => {
      const { status } = await sendOnce(world, url(1));
      statuses.add(status);
      expect(status).toBe(200);
    });
    expect([...statuses].filter((status) => status !== 200 && status !== 502 && status !== 503)).toEqual([]);
    await eventually(async () => expect(await pidOf("alb", (name) => name.includes("apiingre"))).not.toBe(pid));
  });

  test("a pod: only its own share fails, and only until it is deregistered", async () => {
    const client = openProxyClient(world, 32);
    const load = startLoad(client, url, RATE);
    await eventually(() => expect(load.result.pods.size).toBe(3));
    const victim = await pidOf("pod", (name) => name.includes("orders"));
    process.kill(victim, "SIGKILL");
    const killedAt = load.result.sent;
    await eventually(() => expect(load.result.sent).toBeGreaterThan(killedAt + 3 * RATE));
    const { failures, sent } = await load.stop();
    client.close();
    expect(failures.every(({ what }) => what === "502" || what === "504")).toBe(true);
    expect(failures.length).toBeLessThan(sent / 3);
    const last = Math.max(0, ...failures.map(({ atMs }) => atMs));
    const killedAtMs = (killedAt / RATE) * 1000;
    expect(last).toBeLessThan(killedAtMs + 2000);
  });

  test("the supervisor: no process is left, and the next start takes the state directory over", async () => {
    const running = await processesOf(world);
    const supervisor = await pidOf("supervisor");
    process.kill(supervisor, "SIGKILL");
    await eventually(() => expect(running.filter(({ pid }) => isAlive(pid))).toEqual([]));
    const { code, stderr } = await world.loopway([
      "up",
      "-d",
      "-f",
      "fixtures/seeds-ip",
      "--zone",
      "fixtures/zones",
      "--instance",
      String(world.instance),
    ]);
    expect(stderr + code).toMatch(/0$/);
    const { proxy } = await endpointsOf(world);
    expect((await sendOnce({ proxy }, url(1))).status).toBe(200);
  });
});
