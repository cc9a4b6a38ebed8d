/** Requests in a pod's place, in every world: the way they take, and who sees them come. */
import type { Pod } from "@loopway/model";
import { eventually, missing } from "@loopway/testkit";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { hopsOf, openApi, startWorld, traceOf, type World, type WorldKind } from "../src/index.ts";

const from = ["--from", "pod/client"];
const inCluster = ["client", "coredns", "kube-proxy", "pod"];

describe.each<WorldKind>(["identity", "unprivileged", "mapped"])("from a pod, %s", (kind) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ kind, files: ["fixtures/service-types"], zones: ["fixtures/zones"] });
  });
  afterAll(() => world?.stop());

  test.each<[string, string, string[]]>([
    ["a Service", "http://hello/", inCluster],
    ["a Service by namespace", "http://hello.default/", ["client", "coredns", "coredns", "kube-proxy", "pod"]],
    ["a Service by its whole name", "http://hello.default.svc.cluster.local./", inCluster],
    ["a headless Service", "http://hello-pods:8080/", ["client", "coredns", "pod"]],
    ["an ExternalName", "http://billing/", ["client", "coredns", "route53", "alb"]],
    [
      "a name outside, after the search list",
      "http://billing.example.com/",
      ["client", ...Array(4).fill("coredns"), "route53", "alb", "pod"],
    ],
  ])("%s, %s, passes %j", async (_what, url, hops) => {
    expect(hopsOf(await traceOf(world, url, from))).toEqual(hops);
  });

  test("the span is the pod's", async () => {
    expect((await traceOf(world, "http://hello/", from)).span).toMatchObject({ hop: "client", name: "pod/default/client" });
  });

  test.skipIf(missing("curl"))("curl goes the same way", async () => {
    expect((await world.loopway(["curl", "-s", ...from, "http://hello/"])).stdout).toMatch(/^Hello, world!/);
  });

  test.skipIf(missing("dig"))("dig asks the cluster's DNS, and Route 53 from outside", async () => {
    const dig = async (...args: string[]) => (await world.loopway(["dig", "+noall", "+comments", "+tries=1", ...args])).stdout;
    const name = "hello.default.svc.cluster.local";
    expect(await dig(...from, name)).toContain("status: NOERROR");
    expect(await dig(name)).toContain("status: REFUSED");
  });

  test("a pod's resolv.conf is shown, and holds", async () => {
    const api = openApi(world);
    onTestFinished(() => api.close());
    const containers = [{ name: "client", image: "curlimages/curl" }];
    await api.create({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "of-node", namespace: "default" },
      spec: { dnsPolicy: "Default", containers },
    } as Pod);
    await eventually(async () =>
      expect((await api.get<Pod>({ kind: "Pod", namespace: "default", name: "of-node" }))?.status?.podIP).toBeDefined(),
    );
    const shown = async (pod: string) => (await world.loopway(["env", "--from", `pod/${pod}`])).stdout;
    expect(await shown("client")).toMatch(
      /^search default\.svc\.cluster\.local svc\.cluster\.local cluster\.local\nnameserver 127\.\d+\.0\.10\noptions ndots:5\n$/,
    );
    expect(await shown("of-node")).toMatch(/^nameserver 127\.\d+\.0\.1\n$/);
    const sent = ["--from", "pod/of-node"];
    expect(hopsOf(await traceOf(world, "http://billing.example.com/", sent))).toEqual(["client", "route53", "alb", "pod"]);
    expect(hopsOf(await traceOf(world, "http://hello.default.svc.cluster.local/", sent))).toEqual(["client", "route53"]);
  });

  test("a pod that is not there is told before anything is sent", async () => {
    const { code, stderr } = await world.loopway(["trace", "http://hello/", "--from", "pod/nobody"]);
    expect([code, stderr]).toEqual([1, expect.stringContaining("no pod nobody can send: there are client, hello-")]);
  });

  // With `mapped` nobody has an address of his own.
  test.runIf(kind !== "mapped")("internalTrafficPolicy Local: the pod gets the pods of its own node", async () => {
    const api = openApi(world);
    onTestFinished(() => api.close());
    await api.patch({ kind: "Service", namespace: "default", name: "hello" }, { spec: { internalTrafficPolicy: "Local" } });
    await eventually(async () => {
      const { children } = await traceOf(world, "http://hello/", from);
      const decisions = children.flatMap(({ span }) => span.decisions);
      expect(decisions).toContainEqual(expect.objectContaining({ kind: "endpoint", candidates: 1 }));
    });
  });
});
