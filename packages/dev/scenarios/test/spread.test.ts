import { missing } from "@loopway/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { curl, openProxyClient, parseEcho, startWorld, type World } from "../src/index.ts";

const REQUESTS = 300;

describe("target-type ip", () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ files: ["fixtures/seeds-ip"], zones: ["fixtures/zones"] });
  });
  afterAll(() => world?.stop());

  test("300 requests of one keep-alive client spread over the three orders pods within 10 %", async () => {
    const client = openProxyClient(world);
    const served = new Map<string, number>();
    for (let sent = 0; sent < REQUESTS; sent += 1) {
      const { pod } = parseEcho(await client.send(`http://api.example.com/v1/order/${sent}`));
      served.set(pod, (served.get(pod) ?? 0) + 1);
    }
    client.close();
    expect(served.size).toBe(3);
    for (const count of served.values()) expect(Math.abs(count - REQUESTS / 3)).toBeLessThanOrEqual(REQUESTS / 30);
  });

  test.skipIf(missing("curl"))(
    "curl reaches it through the proxy and by --connect-to, and a foreign host gets the load balancer's 404",
    async () => {
      const { stdout } = await world.loopway(["env", "--json"]);
      const { proxy, hosts } = JSON.parse(stdout) as { proxy: string; hosts: { host: string; connectTo: string }[] };
      const connectTo = hosts.find(({ host }) => host === "api.example.com")?.connectTo ?? "";
      expect(await curl(["-x", proxy, "http://api.example.com/v1/order/1"])).toMatchObject({ status: 200 });
      expect(await curl(["--connect-to", connectTo, "http://api.example.com/v1/order/1"])).toMatchObject({ status: 200 });
      const [, , address, port] = connectTo.split(":");
      expect(await curl([`http://${address}:${port}/v1/order/1`])).toMatchObject({ status: 404 });
      expect(await curl(["-H", "Host: elsewhere.example.org", `http://${address}:${port}/v1/order/1`])).toMatchObject({ status: 404 });
    },
  );
});
