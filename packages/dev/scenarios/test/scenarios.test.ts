import { networkInterfaces } from "node:os";
import { missing } from "@loopway/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  curl,
  type Endpoints,
  endpointsOf,
  hopsOf,
  openProxyClient,
  parseEcho,
  readScenarios,
  type ScenarioRequest,
  sendOnce,
  startWorld,
  traceOf,
  type World,
  type WorldOptions,
} from "../src/index.ts";

const worlds: readonly WorldOptions[] = [
  { kind: "identity", engine: "own" },
  { kind: "unprivileged", engine: "own" },
  { kind: "mapped", engine: "own" },
  { kind: "identity", engine: "reference" },
];
const hasIpv6 = Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ address }) => address === "::1"));
/** Of one keep-alive client; spread over three pods within 10 %. */
const REQUESTS = 300;

const deploymentOf = (body: string) => (JSON.parse(body) as { pod: string }).pod.replace(/-[^-]+-[^-]+$/, "");

async function checkRequest(world: World, { url, headers, expect: expected }: ScenarioRequest): Promise<void> {
  const answer = await sendOnce(world, url, headers);
  expect(answer.status).toBe(expected.status);
  if (expected.server !== undefined) expect(answer.headers.server).toBe(expected.server);
  if (expected.deployment !== undefined) expect(deploymentOf(answer.body)).toBe(expected.deployment);
  if (expected.path !== undefined) expect(parseEcho(answer).path).toBe(expected.path);
  if (expected.hops !== undefined) expect(hopsOf(await traceOf(world, url))).toEqual(expected.hops);
}

/** The same by curl: through the proxy, and by --connect-to where the host has a load balancer. */
async function checkByCurl({ proxy, hosts }: Endpoints, { url, expect: expected }: ScenarioRequest): Promise<void> {
  const { hostname } = new URL(url);
  const endpoint = hosts.find(({ host }) => host === hostname);
  const ways = [["-x", proxy], ...(endpoint === undefined ? [] : [["--connect-to", endpoint.connectTo]])];
  for (const way of ways) {
    const { status, body } = await curl([...way, url]);
    expect(status).toBe(expected.status);
    if (expected.deployment !== undefined) expect(deploymentOf(body)).toBe(expected.deployment);
  }
}

describe.each(readScenarios())("$behaviour", ({ manifests, zones, requests, spread }) => {
  describe.each(worlds)("$kind, $engine", (options) => {
    let world: World;
    let endpoints: Endpoints;
    beforeAll(async () => {
      world = await startWorld({ ...options, files: manifests, zones });
      endpoints = await endpointsOf(world);
    });
    afterAll(() => world?.stop());

    test.each(requests)("$name", (request) => checkRequest(world, request));

    test.skipIf(missing("curl")).each(requests)("by curl: $name", (request) => checkByCurl(endpoints, request));

    test.skipIf(missing("curl"))("a foreign host gets the load balancer's 404 at its address", async () => {
      const [, , address, port] = endpoints.hosts[0]?.connectTo.split(":") ?? [];
      expect(await curl(["-H", "Host: elsewhere.example.org", `http://${address}:${port}/v1/order/1`])).toMatchObject({ status: 404 });
    });

    test.skipIf(missing("curl") || !hasIpv6)("a client of the proxy that comes over IPv6 is served", async () => {
      const { port } = new URL(endpoints.proxy);
      expect(await curl(["-x", `http://[::1]:${port}`, requests[0]?.url ?? ""])).toMatchObject({ status: requests[0]?.expect.status });
    });

    if (spread === undefined) return;
    test(`${REQUESTS} requests of one keep-alive client spread over the pods within 10 %`, async () => {
      const client = openProxyClient(world);
      const served = new Map<string, number>();
      for (let sent = 0; sent < REQUESTS; sent += 1) {
        const { pod } = parseEcho(await client.send(spread.url));
        served.set(pod, (served.get(pod) ?? 0) + 1);
      }
      client.close();
      const fair = REQUESTS / spread.pods;
      expect(served.size).toBe(spread.pods);
      for (const count of served.values()) expect(Math.abs(count - fair)).toBeLessThanOrEqual(fair / 10);
    });
  });
});
