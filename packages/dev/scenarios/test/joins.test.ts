import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Service, TraceNode } from "@loopway/model";
import { eventually } from "@loopway/testkit";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { hopsOf, latestTraces, openApi, openProxyClient, parseEcho, sendOnce, startWorld, type World, workspace } from "../src/index.ts";

const CONCURRENT = 200;
const SHARE_JOINED = 0.999;

function requestIds({ span, children }: TraceNode): string[] {
  const [, id] = /\/v1\/order\/(\d+)/.exec(span.summary ?? "") ?? [];
  return [...(id === undefined ? [] : [id]), ...children.flatMap(requestIds)];
}

/** The hops that carried a request, in order; the look-up of its name is told apart. */
function passed(trace: TraceNode): string {
  return hopsOf(trace)
    .filter((hop) => hop !== "route53")
    .join();
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

/** The pods that `loopway explain` names for a URL, from the manifests alone. */
async function explainedPods(files: string, url: string): Promise<string[]> {
  const args = ["explain", url, "-f", files, "--zone", "fixtures/zones", "--lenient", "--json"];
  const { stdout } = await promisify(execFile)(process.execPath, [join(workspace, "dist", "loopway.cjs"), ...args], { cwd: workspace });
  const { visits } = JSON.parse(stdout) as { visits: { response: { backends: { pods: { pod: string }[] }[] } }[] };
  return visits.flatMap(({ response }) => response.backends.flatMap(({ pods }) => pods.map(({ pod }) => pod)));
}

/** By what makes them: the last part of a pod's name is chance, in the running cluster and in the explanation. */
function sorted(pods: Iterable<string>): string[] {
  return [...pods].map((pod) => pod.slice(0, pod.lastIndexOf("-"))).sort();
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

  test.skipIf(files === "fixtures/services").each(["/v1/order/1", "/v1/payment/1"])(
    "explain names the pods that answer %s",
    async (path) => {
      const url = `http://api.example.com${path}`;
      const client = openProxyClient(world, CONCURRENT);
      // Enough that no pod of three is missed by chance, on connections of their own as kube-proxy chooses by connection.
      const answers = await Promise.all(Array.from({ length: CONCURRENT }, () => client.send(url)));
      client.close();
      const reached = new Set(answers.map(parseEcho).map(({ namespace, pod }) => `${namespace}/${pod}`));
      expect(sorted(reached)).toEqual(sorted(await explainedPods(files, url)));
    },
  );

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
    // Each process sends its spans when its next batch is due: until the last has come, traces are as far as they have come.
    const traces = await eventually(async () => {
      const found = (await latestTraces(world, 2 * requests)).filter(
        (trace) => trace.span.hop === "client" && requestIds(trace).length > 0,
      );
      expect(found.filter((trace) => passed(trace) === path).length).toBeGreaterThanOrEqual(requests * SHARE_JOINED);
      return found;
    });
    expect(traces.filter((trace) => new Set(requestIds(trace)).size !== 1)).toEqual([]);
  }, 120_000);
});
