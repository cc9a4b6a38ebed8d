import type { ApiClient } from "@loopway/hop-kit";
import type { Deployment, Node } from "@loopway/model";
import { eventually } from "@loopway/testkit";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import {
  type Load,
  openApi,
  openProxyClient,
  podsOf,
  processesOf,
  rollOut,
  settle,
  startLoad,
  startWorld,
  suspendNode,
  type Workload,
  type World,
} from "../src/index.ts";

const RATE = 200;
const app = { kind: "Deployment", namespace: "default", name: "app" };

/** Rollouts and losses, seen by a client, where stubs end as servers end. */
describe("pods that really terminate", () => {
  let world: World;
  let api: ApiClient;
  beforeAll(async () => {
    const args = ["--pods", "real-termination", "--timing", "node-grace=1", "--timing", "eviction=1", "--timing", "pod-gc=1"];
    world = await startWorld({ files: ["fixtures/workloads"], zones: ["fixtures/zones"], args });
    api = openApi(world);
  });
  afterAll(async () => {
    api?.close();
    await world?.stop();
  });

  const workload = (): Workload => ({ world, api, name: "app", url: "http://app.example.com/" });
  const load = async (): Promise<Load> => {
    await settle(workload());
    const client = openProxyClient(world, 512);
    const started = startLoad(client, (ordinal) => `http://app.example.com/${ordinal}`, RATE);
    onTestFinished(async () => {
      await started.stop();
      client.close();
    });
    await eventually(() => expect(started.result.pods.size).toBe(3));
    return started;
  };
  const containers = (lifecycle: object) => [
    {
      ...{
        name: "app",
        image: "registry.k8s.io/gateway-api/conformance/echo-basic:v0.1.0",
        ports: [{ name: "http", containerPort: 3000 }],
      },
      readinessProbe: { httpGet: { path: "/health", port: "http" }, periodSeconds: 1 },
      ...lifecycle,
    },
  ];

  test("without preStop a rolling restart fails requests: the 502 race", async () => {
    const under = await load();
    for (let round = 0; round < 3; round++) await rollOut(workload(), { containers: containers({}) });
    const { failures, sent } = await under.stop();
    console.info(`without preStop: ${failures.length} of ${sent} requests failed`);
    expect(failures.length).toBeGreaterThan(0);
    expect(new Set(failures.map(({ what }) => what))).toEqual(new Set(["502"]));
  }, 60_000);

  test("with readiness gates and a preStop sleep that outlasts deregistration none fails", async () => {
    const labels = { "elbv2.k8s.aws/pod-readiness-gate-inject": "enabled" };
    await api.patch({ kind: "Namespace", name: "default" }, { metadata: { labels } });
    await rollOut(workload(), { containers: containers({ lifecycle: { preStop: { sleep: { seconds: 2 } } } }) });
    for (const { spec } of await podsOf(api)) expect(spec.readinessGates).toHaveLength(1);
    const under = await load();
    await rollOut(workload(), { containers: containers({ lifecycle: { preStop: { sleep: { seconds: 2 } } } }) });
    const { failures, sent } = await under.stop();
    console.info(`with readiness gates and preStop: ${failures.length} of ${sent} requests failed`);
    expect(failures).toEqual([]);
  }, 60_000);

  test("a node that is lost costs its share until the health checks have seen it, and its pods are replaced elsewhere", async () => {
    const under = await load();
    const lost = (await podsOf(api))[0]?.spec.nodeName ?? "";
    const lostAtMs = (under.result.sent / RATE) * 1000;
    onTestFinished((await suspendNode(world, api, lost)).resume);
    await eventually(async () => {
      const ready = (await api.get<Node>({ kind: "Node", name: lost }))?.status?.conditions?.find(({ type }) => type === "Ready");
      expect(ready).toMatchObject({ status: "Unknown", reason: "NodeStatusUnknown" });
    }, 10_000);
    await eventually(async () => expect((await api.get<Deployment>(app))?.status?.availableReplicas).toBe(3), 20_000);
    await eventually(() => expect(under.result.sent / RATE).toBeGreaterThan(lostAtMs / 1000 + 13), 15_000);
    const { failures, sent } = await under.stop();
    const lastMs = Math.max(0, ...failures.map(({ atMs }) => atMs)) - lostAtMs;
    console.info(`node loss: ${failures.length} of ${sent} requests failed, the last ${Math.round(lastMs)} ms after the loss`);
    // unhealthy-threshold-count × healthcheck-interval-seconds, and a second.
    expect(lastMs).toBeLessThan(11_000);
  }, 60_000);

  test("a node whose object is deleted keeps its pods for the quarantine only; others take their place", async () => {
    const lost = (await podsOf(api))[0]?.spec.nodeName ?? "";
    await api.delete({ kind: "Node", name: lost });
    await eventually(async () => {
      const pods = await podsOf(api);
      expect(pods.map(({ spec }) => spec.nodeName)).not.toContain(lost);
      expect((await api.get<Deployment>(app))?.status?.availableReplicas).toBe(3);
      const running = (await processesOf(world)).filter(({ kind }) => kind === "pod").map(({ name }) => name);
      expect(running.filter((name) => name.startsWith("app-")).sort()).toEqual(pods.map(({ metadata }) => metadata.name).sort());
    }, 30_000);
    await settle(workload());
  }, 60_000);
});
