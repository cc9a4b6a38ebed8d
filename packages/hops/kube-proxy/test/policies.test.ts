import { once } from "node:events";
import type { Service } from "@loopway/model";
import { eventually, exchange } from "@loopway/testkit";
import { expect, test } from "vitest";
import { serve } from "../src/serve.ts";
import { endpointOf, onNode, sliceOf } from "./objects.ts";
import { block, clusterIP, dial, greeting, hopOf, nodeIP, podA, podB, refusal, startPod, web } from "./world.ts";

const here = onNode("node-a", endpointOf(podA));
const there = onNode("node-b", endpointOf(podB));
const webWith = (spec: Partial<Service["spec"]>): Service => ({ ...web, spec: { ...web.spec, ...spec } });
const local = webWith({ externalTrafficPolicy: "Local" });

test("policy Local: the pod on this node sees the client's own address", async () => {
  const seen = await startPod(podA);
  await serve(hopOf("node-a", local, sliceOf("web", { endpoints: [here, there] })));
  expect(await greeting(dial(nodeIP, 30080, `${block}.9`))).toBe(podA);
  expect(seen).toEqual([`${block}.9`]);
});

test("policy Local without a pod on this node: no answer, and a span that says so when the client has given up", async () => {
  await startPod(podB);
  const hop = hopOf("node-a", local, sliceOf("web", { endpoints: [there] }));
  await serve(hop);
  const client = dial(nodeIP, 30080);
  let isAnswered = false;
  client.on("data", () => {
    isAnswered = true;
  });
  await once(client, "connect");
  client.write("anybody?");
  await eventually(() => expect(client.bytesWritten).toBe(8));
  client.destroy();
  await eventually(() => expect(hop.spans).toHaveLength(1));
  expect(hop.spans[0]).toMatchObject({ upstreams: [], outcome: { kind: "failed", code: "E_DROPPED" }, bytesIn: 8, bytesOut: 0 });
  expect(isAnswered).toBe(false);
});

test("policy Local without any pod: refused", async () => {
  await serve(hopOf("node-a", local, sliceOf("web", { endpoints: [] })));
  expect(await refusal(dial(nodeIP, 30080))).toBe("ECONNREFUSED");
});

test("a pod that reaches itself through its Service is masqueraded with its node's address", async () => {
  const seen = await startPod(podA);
  await serve(hopOf("services", sliceOf("web", { endpoints: [here] })));
  expect(await greeting(dial(clusterIP, 80, podA))).toBe(podA);
  expect(seen).toEqual([nodeIP]);
});

test("a load-balancer address takes only clients of its source ranges", async () => {
  await startPod(podA);
  const spec: Partial<Service["spec"]> = { type: "LoadBalancer", loadBalancerSourceRanges: [`${block}.0/28`] };
  const balanced = { ...webWith(spec), status: { loadBalancer: { ingress: [{ ip: `${block}.200` }] } } };
  const hop = hopOf("services", balanced, sliceOf("web", { endpoints: [here] }));
  await serve(hop);
  expect(await greeting(dial(`${block}.200`, 80, `${block}.9`))).toBe(podA);
  dial(`${block}.200`, 80, `${block}.99`).end();
  await eventually(() => expect(hop.spans.map(({ outcome }) => outcome)).toContainEqual({ kind: "failed", code: "E_DROPPED" }));
  expect(await greeting(dial(clusterIP, 80, `${block}.99`))).toBe(podA);
});

test("affinity: a client's connections all reach one pod", async () => {
  await Promise.all([startPod(podA), startPod(podB)]);
  await serve(hopOf("services", webWith({ sessionAffinity: "ClientIP" }), sliceOf("web", { endpoints: [here, there] })));
  const pods = await Promise.all(Array.from({ length: 20 }, () => greeting(dial(clusterIP, 80, `${block}.9`))));
  expect(new Set(pods).size).toBe(1);
});

test("ipvs by the cluster's KubeProxyConfiguration: turns instead of chance", async () => {
  await Promise.all([startPod(podA), startPod(podB)]);
  const data = { "config.conf": "mode: ipvs\nipvs:\n  scheduler: rr\n" };
  const configMap = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "kube-proxy", namespace: "kube-system" }, data };
  await serve(hopOf("services", configMap, sliceOf("web", { endpoints: [here, there] })));
  const pods: string[] = [];
  for (let turn = 0; turn < 6; turn++) pods.push(await greeting(dial(clusterIP, 80)));
  expect(pods).toEqual([podA, podB, podA, podB, podA, podB]);
});

test("healthCheckNodePort says how many pods the node has, and 503 when it has none", async () => {
  const balanced = webWith({ type: "LoadBalancer", externalTrafficPolicy: "Local", healthCheckNodePort: 30999 });
  const hop = hopOf("node-a", balanced, sliceOf("web", { endpoints: [here, there] }));
  await serve(hop);
  const ask = () => exchange(dial(nodeIP, 30999), "GET /healthz HTTP/1.1\r\nHost: node\r\n\r\n");
  const healthy = await ask();
  expect(healthy).toMatch(/^HTTP\/1.1 200 OK\r\n/);
  expect(healthy.split("\r\n\r\n")[1]).toBe(
    '{\n\t"service": {\n\t\t"namespace": "shop",\n\t\t"name": "web"\n\t},\n\t"localEndpoints": 1,\n\t"serviceProxyHealthy": true\n}',
  );
  hop.apply(sliceOf("web", { endpoints: [there] }));
  await eventually(async () => expect(await ask()).toMatch(/^HTTP\/1.1 503 /));
});
