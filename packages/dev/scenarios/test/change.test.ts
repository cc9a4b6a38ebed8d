import type { ApiClient } from "@loopway/hop-kit";
import type { Deployment, Ingress, RecordSet } from "@loopway/model";
import { eventually } from "@loopway/testkit";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { openApi, openProxyClient, parseEcho, processesOf, sendOnce, startLoad, startWorld, type World } from "../src/index.ts";

const RATE = 200;

describe.each(["fixtures/seeds", "fixtures/seeds-ip"])("changes under load, %s", (files) => {
  let world: World;
  let api: ApiClient;
  beforeAll(async () => {
    world = await startWorld({ files: [files], zones: ["fixtures/zones"] });
    api = openApi(world);
  });
  afterAll(async () => {
    api?.close();
    await world?.stop();
  });

  const orders = { kind: "Deployment", namespace: "default", name: "orders" };
  const scale = async (replicas: number) => {
    await api.patch(orders, { spec: { replicas } }, { subresource: "scale" });
    await eventually(async () => {
      const { status } = (await api.get<Deployment>(orders)) ?? {};
      expect([status?.availableReplicas, status?.replicas]).toEqual([replicas, replicas]);
    }, 20_000);
  };

  test("scaling orders 3 → 5 → 2 sends traffic to the new pods and fails no request", async () => {
    const client = openProxyClient(world, 64);
    const load = startLoad(client, (ordinal) => `http://api.example.com/v1/order/${ordinal}`, RATE);
    onTestFinished(async () => void (await load.stop()));
    await eventually(() => expect(load.result.pods.size).toBe(3));
    await scale(5);
    await eventually(() => expect(load.result.pods.size).toBe(5), 20_000);
    await scale(2);
    const sentBefore = load.result.sent;
    await eventually(() => expect(load.result.sent).toBeGreaterThan(sentBefore + 2 * RATE));
    const { failures } = await load.stop();
    client.close();
    expect(failures).toEqual([]);
  }, 60_000);

  test("a rewrite that an annotation asks for reaches the pods; taken away, paths arrive as they were sent", async () => {
    const annotate = (value: string | null) =>
      api.patch(
        { kind: "Ingress", namespace: "default", name: "api-ingress" },
        { metadata: { annotations: { "alb.ingress.kubernetes.io/transforms.orders-service": value } } },
      );
    const arrivesAs = (path: string) =>
      eventually(async () => expect(parseEcho(await sendOnce(world, "http://api.example.com/v1/order/7")).path).toBe(path), 20_000);
    await annotate(
      JSON.stringify([{ type: "url-rewrite", urlRewriteConfig: { rewrites: [{ regex: "^/v1/order/(.+)$", replace: "/orders/$1" }] } }]),
    );
    await arrivesAs("/orders/7");
    await annotate(null);
    await arrivesAs("/v1/order/7");
  }, 60_000);

  test("deleting an Ingress removes its load balancer's process, its rules and its record; others serve on", async () => {
    const hostname = (await api.get<Ingress>({ kind: "Ingress", namespace: "default", name: "api-ingress" }))?.status?.loadBalancer
      ?.ingress?.[0]?.hostname;
    const loadBalancer = (await api.list({ kind: "LoadBalancer" })).items.find(
      ({ status }) => (status as { dnsName?: string } | undefined)?.dnsName === hostname,
    );
    await api.delete({ kind: "Ingress", namespace: "default", name: "api-ingress" });
    await eventually(async () => {
      const names = (await processesOf(world)).filter(({ kind }) => kind === "alb").map(({ name }) => name);
      expect(names).not.toContain(loadBalancer?.metadata.name);
      expect((await api.list({ kind: "Rule", labelSelector: `loopway.dev/stack=${loadBalancer?.metadata.name}` })).items).toEqual([]);
      const records = (await api.list<RecordSet>({ kind: "RecordSet" })).items.filter(({ spec }) => spec.name === "api.example.com.");
      expect(records).toEqual([]);
    });
    await eventually(async () => expect((await sendOnce(world, "http://api.example.com/v1/order/1")).status).toBe(502));
    expect((await sendOnce(world, "http://api.flashapp.com/products")).status).toBe(200);
  });
});
