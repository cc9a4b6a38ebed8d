import { once } from "node:events";
import { connect } from "node:net";
import type { ApiClient } from "@loopway/hop-kit";
import {
  type EndpointSlice,
  internalIP,
  type LoadBalancer,
  loadBalancerAddresses,
  type Node,
  type Pod,
  type Service,
  type TargetGroup,
} from "@loopway/model";
import { eventually, exchange } from "@loopway/testkit";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { hopsOf, openApi, parseEcho, processesOf, sendOnce, startWorld, traceOf, type World } from "../src/index.ts";

describe("Services", () => {
  let world: World;
  let api: ApiClient;
  beforeAll(async () => {
    world = await startWorld({ files: ["fixtures/services"], zones: ["fixtures/zones"] });
    api = openApi(world);
  });
  afterAll(async () => {
    api?.close();
    await world?.stop();
  });

  const service = async (name: string) => {
    const found = await api.get<Service>({ kind: "Service", namespace: "default", name });
    if (found === undefined) throw new Error(`no Service ${name}`);
    return found;
  };
  const loadBalancerOf = async (name: string) => {
    const hostname = (await service(name)).status?.loadBalancer?.ingress?.[0]?.hostname;
    const { items } = await api.list<LoadBalancer>({ kind: "LoadBalancer" });
    const found = items.find(({ status }) => status?.dnsName === hostname);
    if (found?.status?.dnsName === undefined) throw new Error(`Service ${name} has no load balancer`);
    return { ...found, hostname: found.status.dnsName };
  };
  /** Its load balancer's URL, once that answers. */
  const urlOf = (name: string) =>
    eventually(async () => {
      const { hostname } = await loadBalancerOf(name);
      expect((await sendOnce(world, `http://${hostname}/`)).status).toBe(200);
      return `http://${hostname}/`;
    }, 20_000);

  test.each([
    ["by-ip", ["client", "route53", "nlb", "pod"]],
    ["by-instance", ["client", "route53", "nlb", "kube-proxy", "pod"]],
    ["local", ["client", "route53", "nlb", "kube-proxy", "pod"]],
  ])("a request to Service %s passes %j", async (name, path) => {
    expect(hopsOf(await traceOf(world, await urlOf(name)))).toEqual(path);
  });

  test("connections of their own reach all pods of a Service", async () => {
    await urlOf("by-instance");
    const [edge = ""] = loadBalancerAddresses(await loadBalancerOf("by-instance"));
    const pods = new Set<string>();
    await eventually(async () => {
      const socket = connect({ host: edge, port: 80 }).setEncoding("utf8");
      const answer = await exchange(socket, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
      socket.destroy();
      pods.add(/"pod":\s*"([^"]+)"/.exec(answer)?.[1] ?? "");
      expect(pods.size).toBe(3);
    });
  });

  test("policy Local: the checks at healthCheckNodePort leave one healthy node, and the name that one's zone only", async () => {
    await urlOf("local");
    const { metadata } = await loadBalancerOf("local");
    await eventually(async () => {
      const { items } = await api.list<TargetGroup>({ kind: "TargetGroup", labelSelector: `loopway.dev/stack=${metadata.name}` });
      const health = items.flatMap(({ status }) => status?.targetHealthDescriptions ?? []).map(({ targetHealth }) => targetHealth?.state);
      expect(health.sort()).toEqual(["healthy", "unhealthy", "unhealthy"]);
    }, 20_000);
    await eventually(async () => expect((await loadBalancerOf("local")).status?.withdrawnAvailabilityZones).toHaveLength(2));
  });

  test("policy Local at a node without a pod: connected, and no answer", async () => {
    const { spec } = await service("local");
    const [pod] = (await api.list<Pod>({ kind: "Pod", labelSelector: "app=single" })).items;
    const { items: nodes } = await api.list<Node>({ kind: "Node" });
    const other = nodes.find(({ metadata }) => metadata.name !== pod?.spec.nodeName);
    const socket = connect({ host: internalIP(other) ?? "", port: spec.ports?.[0]?.nodePort ?? 0 });
    onTestFinished(() => void socket.destroy());
    await once(socket, "connect");
    socket.write("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    // What comes after it over a node that has the pod is answered long since.
    for (let later = 0; later < 5; later++) await sendOnce(world, await urlOf("local"));
    expect([socket.bytesRead, socket.readyState]).toEqual([0, "open"]);
  });

  test("a hand-written EndpointSlice stands behind a Service without selector", async () => {
    const [pod] = (await api.list<Pod>({ kind: "Pod", labelSelector: "app=single" })).items;
    const port = { name: "http", port: 3000, protocol: "TCP" };
    const manual: Service = {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "manual", namespace: "default" },
      spec: { ports: [{ name: "http", port: 80 }] },
    };
    const slice: EndpointSlice = {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { name: "manual-1", namespace: "default", labels: { "kubernetes.io/service-name": "manual" } },
      addressType: "IPv4",
      endpoints: [{ addresses: [pod?.status?.podIP ?? ""] }],
      ports: [port],
    };
    await api.create(manual);
    await api.create(slice);
    await eventually(async () => {
      const { clusterIP } = (await service("manual")).spec;
      expect(parseEcho(await sendOnce(world, `http://${clusterIP}/`)).pod).toBe(pod?.metadata.name);
    });
  });

  test("a deleted Service takes its load balancer's process with it", async () => {
    const { metadata } = await loadBalancerOf("by-ip");
    await api.delete({ kind: "Service", namespace: "default", name: "by-ip" });
    await eventually(async () => {
      const names = (await processesOf(world)).filter(({ kind }) => kind === "nlb").map(({ name }) => name);
      expect(names).not.toContain(metadata.name);
      expect(names).toHaveLength(2);
    }, 20_000);
  });
});
