/** kube-proxy beside what it stands for: the chains that the real one writes, in a network namespace of their own, under the same connections. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Address, Service } from "@loopway/model";
import { areUnlike, eventually, objectionsTo, tally } from "@loopway/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ENDPOINT_PORT, ownBlock, SERVICE_PORT, serviceOf, sliceOf } from "../src/hand-written.ts";
import { openApi, startWorld, type World } from "../src/index.ts";
import { type Choice, type ChoiceLoad, countChoices, listenAsEndpoints } from "../src/kernel/count-choices.ts";

const CONNECTIONS = 3_000;
/** An odd number: see `objectionsTo`. */
const ENDPOINTS = 5;
const CLIENTS = 20;
const addressesFrom = (first: number, count: number) => Array.from({ length: count }, (_, index) => `${ownBlock}.${first + index}`);
const endpoints: Address[] = addressesFrom(20, ENDPOINTS).map((address) => ({ address, port: ENDPOINT_PORT }));

const namespace = process.getuid?.() === 0 ? ["-n"] : ["-rn"];
const inNamespace = (command: readonly string[], input: string) =>
  spawnSync("unshare", [...namespace, ...command], { input, encoding: "utf8", maxBuffer: 1 << 24 });
const probe = ["*nat", "-A OUTPUT -p tcp -m statistic --mode random --probability 0.5 -m recent --name x --set -j RETURN", "COMMIT", ""];
const { status, error, stderr } = inNamespace(["sh", "-c", "ip link set lo up && iptables-restore"], probe.join("\n"));
const isPermitted = status === 0;
if (!isPermitted)
  console.warn(`SKIPPED: no iptables in a network namespace (${error?.message ?? stderr.trim()}); kernel.test.ts did not run`);

describe.skipIf(!isPermitted)("beside iptables", () => {
  let world: World;
  let listening: { close(): void };
  let ours: Choice[][];
  let kernel: Choice[][];
  beforeAll(async () => {
    world = await startWorld({ files: ["fixtures/l4"] });
    listening = await listenAsEndpoints(endpoints);
    const api = openApi(world);
    const slice = endpoints.map(({ address }) => ({ addresses: [address] }));
    await api.create(serviceOf("web"));
    await api.create(serviceOf("empty"));
    await api.create(serviceOf("sticky", { sessionAffinity: "ClientIP" }));
    for (const name of ["web", "sticky"]) await api.create(sliceOf(name, slice));
    const virtualOf = (name: string) =>
      eventually(async (): Promise<Address> => {
        const { clusterIP } = (await api.get<Service>({ kind: "Service", namespace: "default", name }))?.spec ?? {};
        if (clusterIP === undefined) throw new Error(`Service ${name} has no address yet`);
        return { address: clusterIP, port: SERVICE_PORT };
      });
    const [web, empty, sticky] = [await virtualOf("web"), await virtualOf("empty"), await virtualOf("sticky")];
    api.close();
    const clients = addressesFrom(100, CLIENTS);
    const loads: ChoiceLoad[] = [
      { virtual: web, clients: [], connections: CONNECTIONS },
      { virtual: empty, clients: [], connections: 2 },
      { virtual: sticky, clients, connections: 3 * CLIENTS },
    ];
    const served = { virtual: web, clients: [], connections: 1 };
    for (const virtual of [web, sticky])
      await eventually(async () => expect(await countChoices({ ...served, virtual })).toEqual([expect.any(Number)]));
    ours = [];
    for (const load of loads) ours.push(await countChoices(load));
    const services = [
      { name: "WEB", virtual: web, endpoints },
      { name: "EMPTY", virtual: empty, endpoints: [] },
      { name: "STICKY", virtual: sticky, endpoints, affinitySeconds: 10_800 },
    ];
    const main = fileURLToPath(new URL("../src/kernel/in-namespace.main.ts", import.meta.url));
    const run = inNamespace([process.execPath, main], JSON.stringify({ services, endpoints, loads }));
    if (run.status !== 0) throw new Error(`in the namespace: ${run.stderr}`);
    kernel = JSON.parse(run.stdout) as Choice[][];
  });
  afterAll(async () => {
    listening?.close();
    await world?.stop();
  });

  test(`${CONNECTIONS} connections: both choose uniformly and independently, from one distribution`, () => {
    const [our = [], their = []] = [ours[0], kernel[0]].map((choices) => choices?.map(Number));
    console.info(
      `${CONNECTIONS} connections over ${ENDPOINTS} endpoints: iptables ${tally(their, ENDPOINTS)}, ours ${tally(our, ENDPOINTS)}`,
    );
    expect([objectionsTo(their, ENDPOINTS), objectionsTo(our, ENDPOINTS)]).toEqual([[], []]);
    expect(areUnlike(our, their, ENDPOINTS)).toBe(false);
  });

  test("without endpoints both refuse at once", () => {
    expect([kernel[1], ours[1]]).toEqual(Array(2).fill(["ECONNREFUSED", "ECONNREFUSED"]));
  });

  test("sessionAffinity: with both each client keeps the endpoint that it got first", () => {
    for (const choices of [kernel[2] ?? [], ours[2] ?? []]) {
      const first = choices.slice(0, CLIENTS);
      expect(choices).toEqual([...first, ...first, ...first]);
      // One of five only, 20 times: once in 10^13 runs.
      expect(new Set(first).size).toBeGreaterThan(1);
    }
  });
});
