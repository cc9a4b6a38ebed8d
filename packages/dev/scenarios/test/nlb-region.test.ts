import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { ApiClient } from "@loopway/hop-kit";
import {
  addressPlan,
  type Ingress,
  type KubeEvent,
  type LoadBalancer,
  loadBalancerAddresses,
  type Service,
  type TargetGroup,
  type TraceNode,
} from "@loopway/model";
import { eventually, exchange } from "@loopway/testkit";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { hopsOf, latestTraces, openApi, parseEcho, readSocket, sendOnce, startWorld, traceOf, type World } from "../src/index.ts";

const REQUEST = requestFor("/");
/** In the source ranges of Service guarded, and outside of them. */
const [INSIDE, OUTSIDE] = ["127.2.0.1", "127.3.0.1"];

function requestFor(path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;
}

describe("network load balancers", () => {
  let world: World;
  let api: ApiClient;
  beforeAll(async () => {
    world = await startWorld({ files: ["fixtures/nlb"], zones: ["fixtures/zones"] });
    api = openApi(world);
  });
  afterAll(async () => {
    api?.close();
    await world?.stop();
  });

  /** The Service's load balancer, once it is there, and its first address. */
  const edgeOf = (name: string) =>
    eventually(async () => {
      const service = await api.get<Service>({ kind: "Service", namespace: "default", name });
      const { items } = await api.list<LoadBalancer>({ kind: "LoadBalancer" });
      const found = items.find(({ status }) => status?.dnsName === service?.status?.loadBalancer?.ingress?.[0]?.hostname);
      const [edge] = loadBalancerAddresses(found);
      if (found === undefined || edge === undefined) throw new Error(`Service ${name} has no load balancer`);
      return { ...found, edge };
    }, 20_000);
  const dial = (host: string, localAddress: string): Socket => {
    const socket = connect({ host, port: 80, localAddress }).setEncoding("utf8");
    onTestFinished(() => void socket.destroy());
    return socket.on("error", () => undefined);
  };
  const ask = async (host: string, localAddress: string, path = "/") => {
    const socket = dial(host, localAddress).setTimeout(1_000, () => socket.destroy(new Error("no answer")));
    const answer = await exchange(socket, requestFor(path));
    socket.destroy();
    return answer;
  };
  /** The latest trace that began with a connection from the address, once all its spans have come. */
  const traceFrom = (address: string, hops: readonly string[]) =>
    eventually(async () => {
      const isFrom = ({ span }: TraceNode) => span.downstream.remote.startsWith(`${address}:`) && span.endUs !== undefined;
      const found = (await latestTraces(world, 50)).find(isFrom);
      if (found === undefined) throw new Error(`no trace from ${address}`);
      expect(hopsOf(found)).toEqual(hops);
      return found;
    });

  test("source ranges: a client from within is answered, one from elsewhere hears nothing, and the traces say which rule", async () => {
    const { edge, spec } = await edgeOf("guarded");
    await eventually(async () => expect(await ask(edge, INSIDE)).toMatch(/^HTTP\/1\.1 200 /), 20_000);
    const outside = dial(edge, OUTSIDE);
    await once(outside, "connect");
    outside.write(REQUEST);
    // What comes after it from within is answered long since.
    for (let later = 0; later < 5; later++) await ask(edge, INSIDE);
    expect([outside.bytesRead, outside.readyState]).toEqual([0, "open"]);
    outside.destroy();

    const [group = ""] = spec.securityGroups ?? [];
    const admitted = await traceFrom(INSIDE, ["nlb", "pod"]);
    expect(admitted.span.decisions).toContainEqual({ kind: "securityGroup", securityGroups: [group], rule: "tcp:80 from 127.2.0.0/16" });
    const dropped = await traceFrom(OUTSIDE, ["nlb"]);
    expect(dropped.span).toMatchObject({ hop: "nlb", outcome: { kind: "failed", code: "E_DROPPED" }, bytesIn: REQUEST.length });
    expect(dropped.span.decisions).toContainEqual({ kind: "securityGroup", securityGroups: spec.securityGroups });
  });

  test("source ranges that change hold for the next connection", async () => {
    const { edge } = await edgeOf("guarded");
    const patch = { spec: { loadBalancerSourceRanges: ["127.2.0.0/16", "127.3.0.0/16"] } };
    await api.patch({ kind: "Service", namespace: "default", name: "guarded" }, patch);
    await eventually(async () => expect(await ask(edge, OUTSIDE)).toMatch(/^HTTP\/1\.1 200 /));
  });

  test("a load balancer of an Ingress behind a network load balancer: one trace, and the pod sees the client's address", async () => {
    const hostnames = await eventually(async () => {
      const ingress = await api.get<Ingress>({ kind: "Ingress", namespace: "default", name: "web" });
      const published = (ingress?.status?.loadBalancer?.ingress ?? []).map(({ hostname = "" }) => hostname);
      expect(published).toEqual([expect.stringMatching(/^internal-k8s-default-web-/), expect.stringMatching(/-nlb-[0-9a-f]{16}\.elb\./)]);
      return published;
    }, 20_000);
    await eventually(async () => expect((await sendOnce(world, `http://${hostnames[1]}/up`)).status).toBe(200), 20_000);
    expect(hopsOf(await traceOf(world, `http://${hostnames[1]}/up`))).toEqual(["client", "route53", "nlb", "alb", "pod"]);
    // The record that ExternalDNS writes: of two targets the first in order.
    const named = await traceOf(world, "http://web.example.com/shop");
    expect(hopsOf(named)).toEqual(["client", "route53", "alb", "pod"]);

    const { items } = await api.list<LoadBalancer>({ kind: "LoadBalancer" });
    const [edge = ""] = loadBalancerAddresses(items.find(({ status }) => status?.dnsName === hostnames[1]));
    const { headers } = parseEcho({ status: 200, headers: {}, body: (await ask(edge, INSIDE, "/up")).split("\r\n\r\n")[1] ?? "" });
    expect(headers["X-Forwarded-For"]).toEqual([INSIDE]);
    const groups = (await api.list<TargetGroup>({ kind: "TargetGroup" })).items.filter(({ spec }) => spec.targetType === "alb");
    expect(groups.map(({ status }) => status?.targetHealthDescriptions?.map(({ targetHealth }) => targetHealth?.state))).toEqual([
      ["healthy"],
    ]);
  });

  test("metrics by CloudWatch's names: at the supervisor's socket as Prometheus reads them, and in loopway status", async () => {
    const { edge, metadata, status } = await edgeOf("guarded");
    const held = dial(edge, INSIDE);
    expect(await exchange(held, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")).toMatch(/^HTTP\/1\.1 200 /);
    const id = status?.ackResourceMetadata?.arn?.split("loadbalancer/")[1];
    const seriesOf = async (name: string, more = "") => {
      const text = await readSocket(world, "supervisor.sock", "/metrics");
      return Number(new RegExp(`^${name}{load_balancer="${id}"${more}[^}]*} (\\d+)$`, "m").exec(text)?.[1]);
    };
    const zone = ',availability_zone="us-east-1a"';
    await eventually(async () => expect(await seriesOf("aws_networkelb_active_flow_count_tcp", zone)).toBe(1));
    expect(await seriesOf("aws_networkelb_new_flow_count_total", zone)).toBeGreaterThan(1);
    expect(await seriesOf("aws_networkelb_processed_bytes_total", zone)).toBeGreaterThan(REQUEST.length);
    expect(await seriesOf("aws_networkelb_security_group_blocked_flow_count_inbound_tcp_total", zone)).toBeGreaterThan(0);
    expect(await seriesOf("aws_networkelb_healthy_host_count", ',target_group="targetgroup/')).toBe(3);
    held.resetAndDestroy();
    await eventually(async () => expect(await seriesOf("aws_networkelb_tcp_client_reset_count_total", zone)).toBe(1));
    expect(await seriesOf("aws_networkelb_active_flow_count_tcp", zone)).toBe(0);
    expect((await world.loopway(["status"])).stdout).toMatch(new RegExp(`^${metadata.name} +0 +\\d+ +\\d+ +\\d+/\\d+/\\d+ *$`, "m"));
  });

  /** A Service of the pods, with a load balancer in one subnet. */
  const inOneSubnet = (name: string, annotations: Record<string, string>): Service => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name,
      namespace: "default",
      annotations: Object.fromEntries(
        Object.entries({
          "nlb-target-type": "ip",
          subnets: "subnet-0000000000000000b",
          attributes: "load_balancing.cross_zone.enabled=true",
          ...annotations,
        }).map(([suffix, value]) => [`service.beta.kubernetes.io/aws-load-balancer-${suffix}`, value]),
      ),
    },
    spec: {
      type: "LoadBalancer",
      loadBalancerClass: "service.k8s.aws/nlb",
      selector: { app: "web" },
      ports: [{ port: 80, targetPort: "http" }],
    },
  });
  const isAnswered = (address: string) => eventually(async () => expect(await ask(address, INSIDE)).toMatch(/^HTTP\/1\.1 200 /), 20_000);

  test("a private address that is asked for is the one that answers", async () => {
    const address = `${addressPlan(world.instance).vpc}.2.77`;
    await api.create(inOneSubnet("private", { "private-ipv4-addresses": address }));
    expect((await edgeOf("private")).edge).toBe(address);
    await isAnswered(address);
  });

  test("an elastic IP is the same address for the next Service and after a restart; two cannot have it", async () => {
    const elastic = { scheme: "internet-facing", "eip-allocations": "eipalloc-1" };
    await api.create(inOneSubnet("elastic", elastic));
    const { edge } = await edgeOf("elastic");
    await isAnswered(edge);
    await api.create(inOneSubnet("rival", elastic));
    const refused = "Failed deploy model due to ResourceInUse: The allocation IDs are not available for use";
    await eventually(async () => {
      const { items } = await api.list<KubeEvent>({ kind: "Event" });
      expect(items.filter(({ involvedObject }) => involvedObject.name === "rival").map(({ message }) => message)).toContain(refused);
    });
    await api.delete({ kind: "Service", namespace: "default", name: "elastic" });
    expect((await edgeOf("rival")).edge).toBe(edge);
    await isAnswered(edge);

    api.close();
    await world.loopway(["down"]);
    const { code } = await world.loopway(["up", "-d", "-f", "fixtures/nlb", "--instance", String(world.instance)]);
    expect(code).toBe(0);
    api = openApi(world);
    expect((await edgeOf("rival")).edge).toBe(edge);
    await isAnswered(edge);
  });
});
