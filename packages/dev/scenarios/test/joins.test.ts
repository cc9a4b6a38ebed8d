import { readFileSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";
import type { Service, TraceNode } from "@loopway/model";
import { eventually } from "@loopway/testkit";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { hopsOf, openApi, openProxyClient, sendOnce, startWorld, type World } from "../src/index.ts";

const CONCURRENT = 200;
const SHARE_JOINED = 0.999;

/** The last `limit` traces the collector has. */
function tracesOf(world: World, limit: number): Promise<TraceNode[]> {
  const { runDir } = JSON.parse(readFileSync(join(world.stateDir, "loopway.json"), "utf8")) as { runDir: string };
  return new Promise((resolve, reject) => {
    get({ socketPath: join(runDir, "collector-http.sock"), path: `/traces?limit=${limit}`, agent: false }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (chunk) => {
        text += chunk;
      });
      answer.on("end", () => resolve((JSON.parse(text) as { traces: TraceNode[] }).traces));
    }).on("error", reject);
  });
}

function requestIds({ span, children }: TraceNode): string[] {
  const [, id] = /\/v1\/order\/(\d+)/.exec(span.summary ?? "") ?? [];
  return [...(id === undefined ? [] : [id]), ...children.flatMap(requestIds)];
}

/** What the Service's network load balancer is called. */
async function hostOf(world: World, name: string): Promise<string> {
  const api = openApi(world);
  onTestFinished(() => api.close());
  return await eventually(async () => {
    const service = await api.get<Service>({ kind: "Service", namespace: "default", name });
    const hostname = service?.status?.loadBalancer?.ingress?.[0]?.hostname ?? "";
    expect((await sendOnce(world, `http://${hostname}/`)).status).toBe(200);
    return hostname;
  });
}

describe.each([
  { files: "fixtures/seeds", path: "client,alb,kube-proxy,pod", requests: 10_000, host: () => "api.example.com" },
  { files: "fixtures/seeds-ip", path: "client,alb,pod", requests: 10_000, host: () => "api.example.com" },
  {
    files: "fixtures/services",
    path: "client,nlb,kube-proxy,pod",
    requests: 5_000,
    host: (world: World) => hostOf(world, "by-instance"),
  },
])("traces of $files under 200 concurrent keep-alive requests", ({ files, path, requests, host }) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ files: [files], zones: ["fixtures/zones"] });
  });
  afterAll(() => world?.stop());

  test(`${requests} traces: none joined wrongly, at least 99.9 % joined from client to pod`, async () => {
    const client = openProxyClient(world, CONCURRENT);
    const hostname = await host(world);
    let next = 0;
    const worker = async () => {
      while (next < requests) {
        next += 1;
        await client.send(`http://${hostname}/v1/order/${next}`);
      }
    };
    await Promise.all(Array.from({ length: CONCURRENT }, worker));
    client.close();
    const traces = await eventually(async () => {
      const found = (await tracesOf(world, 2 * requests)).filter((trace) => trace.span.hop === "client" && requestIds(trace).length > 0);
      expect(found.length).toBeGreaterThanOrEqual(requests * SHARE_JOINED);
      return found;
    });
    const wrong = traces.filter((trace) => new Set(requestIds(trace)).size !== 1);
    const whole = traces.filter(
      (trace) =>
        hopsOf(trace)
          .filter((hop) => hop !== "route53")
          .join() === path,
    );
    expect(wrong).toEqual([]);
    expect(whole.length).toBeGreaterThanOrEqual(requests * SHARE_JOINED);
  }, 120_000);
});
