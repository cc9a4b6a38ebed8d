import { createServer } from "node:net";
import { eventually } from "@loopway/testkit";
import { expect, test } from "vitest";
import { serve } from "../src/serve.ts";
import { endpointOf, serviceOf, sliceOf } from "./objects.ts";
import { block, both, clusterIP, dial, greeting, hopOf, nodeIP, onlyA, onlyB, podA, podB, refusal, startPod } from "./world.ts";

test("a connection to the node port reaches an endpoint from the node's address, with a span while it stands and one when it ends", async () => {
  const seen = await startPod(podA);
  const hop = hopOf("node-a", onlyA);
  await serve(hop);
  const client = dial(nodeIP, 30080);
  expect(await greeting(client)).toBe(podA);
  const upstream = { protocol: "tcp", local: expect.stringMatching(`^${nodeIP}:`), remote: `${podA}:3000` };
  await eventually(() => expect(hop.spans).toHaveLength(1));
  expect(hop.spans).toEqual([
    {
      hop: "kube-proxy",
      name: "node-a",
      table: "42",
      downstream: { protocol: "tcp", local: `${nodeIP}:30080`, remote: `127.0.0.1:${client.localPort}` },
      upstreams: [upstream],
      startUs: expect.any(Number),
      decisions: [
        { kind: "nodePort", node: "node-a", nodePort: 30080, service: "shop/web" },
        { kind: "endpoint", service: "shop/web", endpoint: `${podA}:3000`, pod: `pod-${podA}`, candidates: 1 },
      ],
      outcome: { kind: "forwarded" },
      bytesIn: 0,
      bytesOut: podA.length + 1,
    },
  ]);
  client.end("hi");
  await eventually(() => expect(hop.spans).toHaveLength(2));
  const opened = hop.spans[0];
  expect(hop.spans[1]).toEqual({ ...opened, endUs: expect.any(Number), bytesIn: 2, bytesOut: podA.length + 3 });
  expect(seen).toEqual([nodeIP]);
});

test("a connection to the ClusterIP keeps the client's address", async () => {
  const seen = await startPod(podA);
  const hop = hopOf("services", onlyA);
  await serve(hop);
  expect(await greeting(dial(clusterIP, 80, `${block}.77`))).toBe(podA);
  expect(seen).toEqual([`${block}.77`]);
});

test("connections spread uniformly over the endpoints", async () => {
  await Promise.all([startPod(podA), startPod(podB)]);
  const hop = hopOf("node-a", both);
  await serve(hop);
  const counts = new Map<string, number>();
  for (let i = 0; i < 200; i++) {
    const client = dial(nodeIP, 30080);
    const pod = await greeting(client);
    counts.set(pod, (counts.get(pod) ?? 0) + 1);
    client.destroy();
  }
  // 200 fair tosses: further than 60 from the middle happens once in 10^17 runs.
  expect(counts.get(podA)).toBeGreaterThan(40);
  expect(counts.get(podB)).toBeGreaterThan(40);
});

test("a connection outlives the removal of its endpoint, and the next one goes elsewhere", async () => {
  await Promise.all([startPod(podA), startPod(podB)]);
  const hop = hopOf("node-a", onlyA);
  await serve(hop);
  const old = dial(nodeIP, 30080);
  expect(await greeting(old)).toBe(podA);
  hop.apply(onlyB);
  hop.remove(onlyA);
  expect(await greeting(dial(nodeIP, 30080))).toBe(podB);
  old.write("still here");
  expect(await greeting(old)).toBe("still here");
  expect(hop.listened).toHaveLength(1);
});

test("without endpoints the node port refuses; with one again it listens again", async () => {
  await startPod(podB);
  const hop = hopOf("node-a");
  await serve(hop);
  expect(await refusal(dial(nodeIP, 30080))).toBe("ECONNREFUSED");
  hop.apply(onlyB);
  await eventually(async () => expect(await greeting(dial(nodeIP, 30080).on("error", () => undefined))).toBe(podB));
  hop.remove(onlyB);
  await eventually(async () => expect(await refusal(dial(nodeIP, 30080))).toBe("ECONNREFUSED"));
});

test("a dead endpoint is not tried elsewhere: the client sees a reset, the span a failure", async () => {
  await startPod(podB);
  const hop = hopOf("node-a", onlyA);
  await serve(hop);
  expect(await refusal(dial(nodeIP, 30080))).toBe("ECONNRESET");
  await eventually(() => expect(hop.spans).toHaveLength(1));
  expect(hop.spans[0]).toMatchObject({ upstreams: [], outcome: { kind: "failed", code: "E_UPSTREAM" }, endUs: expect.any(Number) });
});

test("an address that is taken does not keep the others from being served, and is tried again at the next change", async () => {
  await startPod(podB);
  const squatter = createServer();
  await new Promise<void>((resolve) => squatter.listen(30080, nodeIP, resolve));
  const other = serviceOf("other", { type: "NodePort", ports: [{ port: 80, nodePort: 30081 }] });
  const otherSlice = sliceOf("other", { endpoints: [endpointOf(podB)] });
  const hop = hopOf("node-a", onlyB, other, otherSlice);
  await serve(hop);
  expect(await greeting(dial(nodeIP, 30081))).toBe(podB);
  await new Promise((resolve) => squatter.close(resolve));
  hop.apply();
  await eventually(async () => expect(await greeting(dial(nodeIP, 30080).on("error", () => undefined))).toBe(podB));
});

test("drain closes the listeners at once and the connections when they are silent", async () => {
  await startPod(podB);
  const hop = hopOf("node-a", onlyB);
  await serve(hop);
  const client = dial(nodeIP, 30080);
  await greeting(client);
  const drained = hop.drain();
  await eventually(async () => expect(await refusal(dial(nodeIP, 30080))).toBe("ECONNREFUSED"));
  await drained;
  await eventually(() => expect(hop.spans.at(-1)?.endUs).toEqual(expect.any(Number)));
});
