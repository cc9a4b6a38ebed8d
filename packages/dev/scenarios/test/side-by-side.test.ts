import { afterAll, beforeAll, expect, test } from "vitest";
import { openProxyClient, readScenarios, startWorld, type World } from "../src/index.ts";

const scenarios = readScenarios();
let worlds: World[];
beforeAll(async () => {
  worlds = await Promise.all(scenarios.map(({ manifests, zones }) => startWorld({ files: manifests, zones })));
});
afterAll(() => Promise.all((worlds ?? []).map((world) => world.stop())));

test("two instances serve their scenarios at once, each its own", async () => {
  expect(new Set(worlds.map(({ instance }) => instance)).size).toBe(scenarios.length);
  const wanted = scenarios.map(({ requests }) => requests.map(({ expect: { status } }) => status));
  const got = await Promise.all(
    worlds.map(async (world, index) => {
      const requests = scenarios[index]?.requests ?? [];
      const client = openProxyClient(world, requests.length);
      const answers = await Promise.all(requests.map(({ url, headers }) => client.send(url, headers)));
      client.close();
      return answers.map(({ status }) => status);
    }),
  );
  expect(got).toEqual(wanted);
});
