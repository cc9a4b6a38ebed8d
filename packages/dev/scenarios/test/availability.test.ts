/** What users feel when a node, and with it its zone, is lost and comes back, and of rollouts. */
import { Resolver } from "node:dns/promises";
import type { ApiClient } from "@loopway/hop-kit";
import { type HostedZone, type LoadBalancer, type Node, type RecordSet, type Service, zonalAddresses } from "@loopway/model";
import { eventually } from "@loopway/testkit";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import {
  endpointsOf,
  type Load,
  type LoadResult,
  openApi,
  openProxyClient,
  parseEcho,
  podsOf,
  rollOut,
  sendOnce,
  settle,
  startLoad,
  startWorld,
  suspendNode,
  type World,
} from "../src/index.ts";

const RATE = 500;
/** Each of these hangs until the zone is given up. */
const ZONE_RATE = 100;
/** A minute of rollouts: LOOPWAY_RESTART_REQUESTS=30000. */
const RESTART_REQUESTS = Number(process.env.LOOPWAY_RESTART_REQUESTS ?? 3_000);
/** Of `fixtures/workloads` and `balanced`: unhealthy-threshold × interval, and a second. */
const NOTICED_MS = 2 * 5_000 + 1_000;
const url = "http://app.example.com/";
/** An alias of the network load balancer, whose health counts. */
const NLB_HOST = "balanced.example.com";

describe(`at ${RATE} requests a second`, () => {
  let world: World;
  let api: ApiClient;
  beforeAll(async () => {
    world = await startWorld({ files: ["fixtures/workloads"], zones: ["fixtures/zones"], args: ["--pods", "real-termination"] });
    api = openApi(world);
  });
  afterAll(async () => {
    api?.close();
    await world?.stop();
  });

  const workload = () => ({ world, api, name: "app", url });
  const load = (target: string, rate = RATE): Load => {
    // Enough for what hangs on a lost node not to hold up the rest.
    const client = openProxyClient(world, 8_192);
    const started = startLoad(client, (ordinal) => `${target}${ordinal}`, rate);
    onTestFinished(async () => {
      await started.stop();
      client.close();
    });
    return started;
  };
  const pass = (under: Load, requests: number) => {
    const until = under.result.sent + requests;
    return eventually(() => expect(under.result.sent).toBeGreaterThanOrEqual(until), (requests / RATE) * 2_000 + 5_000);
  };
  /** The network load balancer of Service `balanced`, once it has one. */
  const balancer = () =>
    eventually(async () => {
      const { status } = (await api.get<Service>({ kind: "Service", namespace: "default", name: "balanced" })) ?? {};
      const { items } = await api.list<LoadBalancer>({ kind: "LoadBalancer" });
      const found = items.find((each) => each.status?.dnsName === status?.loadBalancer?.ingress?.[0]?.hostname);
      if (found?.status?.dnsName === undefined) throw new Error("it has no name yet");
      return { dnsName: found.status.dnsName, zones: zonalAddresses(found) };
    });
  const createAlias = async () => {
    const { items } = await api.list<HostedZone>({ kind: "HostedZone" });
    const [hostedZone] = items.filter(({ spec }) => spec.name === "example.com.");
    await api.create(aliasOf((await balancer()).dnsName, hostedZone?.metadata));
  };
  const resolve = async () => {
    const resolver = new Resolver();
    resolver.setServers([(await endpointsOf(world)).dns]);
    return (await resolver.resolve4(NLB_HOST)).sort();
  };
  const everyZoneAnswers = () =>
    eventually(async () => {
      const addresses = (await balancer()).zones.map(({ address }) => address).sort();
      expect(await resolve()).toEqual(addresses);
      const answers = await Promise.all(addresses.map((address) => sendOnce(world, `http://${address}/`)));
      expect(new Set(answers.map((answer) => parseEcho(answer).pod)).size).toBe(3);
    }, 20_000);

  test("a node that is lost, and with it its zone, fails what is sent until health checks tell; when it is back, so is the balance", async () => {
    const annotations = { "alb.ingress.kubernetes.io/load-balancer-attributes": "idle_timeout.timeout_seconds=5" };
    await api.patch({ kind: "Ingress", namespace: "default", name: "app" }, { metadata: { annotations } });
    await api.create(balanced);
    await createAlias();
    await settle(workload());
    await everyZoneAnswers();
    const ofAlb = load(url);
    const ofNlb = load(`http://${NLB_HOST}/`, ZONE_RATE);
    await eventually(() => expect(ofAlb.result.pods.size).toBe(3));
    // One client, one answer from DNS, one zone's address, and in that zone one pod.
    await eventually(() => expect(Math.max(...ofNlb.result.pods.values())).toBeGreaterThan(ZONE_RATE / 2));
    const [[pod] = []] = [...ofNlb.result.pods].sort(([, left], [, right]) => right - left);
    const node = (await podsOf(api)).find(({ metadata }) => metadata.name === pod)?.spec.nodeName ?? "";
    const zone = (await api.get<Node>({ kind: "Node", name: node }))?.metadata.labels?.["topology.kubernetes.io/zone"];

    const lostAtMs = { alb: (ofAlb.result.sent / RATE) * 1_000, nlb: (ofNlb.result.sent / ZONE_RATE) * 1_000 };
    const { resume } = await suspendNode(world, api, node);
    onTestFinished(resume);
    await pass(ofAlb, ((NOTICED_MS + 1_000) / 1_000) * RATE);
    const others = (await balancer()).zones.filter(({ availabilityZone }) => availabilityZone !== zone);
    expect(await resolve()).toEqual(others.map(({ address }) => address).sort());
    const [alb, nlb] = [await ofAlb.stop(), await ofNlb.stop()];
    const lastMs = [lastSentMs("ALB", alb, lostAtMs.alb), lastSentMs("NLB", nlb, lostAtMs.nlb)];
    // An answer each time, by the load balancer or by the proxy that it reset.
    expect([kindsOf(alb), kindsOf(nlb)]).toEqual([["504"], ["502"]]);
    expect(Math.min(...lastMs)).toBeGreaterThan(0);
    expect(Math.max(...lastMs)).toBeLessThan(NOTICED_MS);

    resume();
    await settle(workload());
    await everyZoneAnswers();
    const after = load(url);
    await pass(after, 3_000);
    const { failures, pods, sent } = await after.stop();
    console.info(`after its return: ${[...pods.values()]} of ${sent}`);
    expect(failures).toEqual([]);
    for (const answers of pods.values()) expect(Math.abs(answers / (sent / 3) - 1)).toBeLessThan(0.05);
  }, 90_000);

  const restarts = `${RESTART_REQUESTS} requests through rolling restarts with readiness gates and preStop: none fails`;
  const limitMs = 60_000 + RESTART_REQUESTS * 4;
  test(restarts, { timeout: limitMs }, async () => {
    const labels = { "elbv2.k8s.aws/pod-readiness-gate-inject": "enabled" };
    await api.patch({ kind: "Namespace", name: "default" }, { metadata: { labels } });
    const [container] = (await podsOf(api))[0]?.spec.containers ?? [];
    await rollOut(workload(), { containers: [{ ...container, lifecycle: { preStop: { sleep: { seconds: 2 } } } }] });
    await settle(workload());
    const under = load(url);
    let rollouts = 0;
    for (; under.result.sent < RESTART_REQUESTS; rollouts++) await rollOut(workload(), {});
    const { failures, sent } = await under.stop();
    console.info(`${rollouts} rolling restarts: ${failures.length} of ${sent} requests failed`);
    expect(failures).toEqual([]);
  });
});

/** Of what failed, when the last was sent: milliseconds after the loss; 0 where nothing failed. */
function lastSentMs(loadBalancer: string, result: LoadResult, lostAtMs: number): number {
  const { failures, sent } = result;
  const last = (times: number[]) => Math.max(0, Math.round(Math.max(0, ...times) - lostAtMs));
  const lastMs = last(failures.map(({ sentAtMs }) => sentAtMs));
  const overMs = last(failures.map(({ atMs }) => atMs));
  console.info(
    `${loadBalancer}: ${failures.length} of ${sent} failed (${kindsOf(result)}), the last sent ${lastMs} ms after the loss, ended at ${overMs} ms`,
  );
  return lastMs;
}

function kindsOf({ failures }: LoadResult): string[] {
  return [...new Set(failures.map(({ what }) => what))];
}

function aliasOf(dnsName: string, hostedZone: { name: string; namespace?: string } | undefined): RecordSet {
  const { name = "", namespace = "" } = hostedZone ?? {};
  return {
    apiVersion: "route53.services.k8s.aws/v1alpha1",
    kind: "RecordSet",
    metadata: { name: "balanced", namespace },
    spec: {
      hostedZoneRef: { from: { name, namespace } },
      name: `${NLB_HOST}.`,
      recordType: "A",
      aliasTarget: { dnsName, evaluateTargetHealth: true },
    },
  };
}

const annotation = "service.beta.kubernetes.io/aws-load-balancer";
const balanced: Service = {
  apiVersion: "v1",
  kind: "Service",
  metadata: {
    name: "balanced",
    namespace: "default",
    annotations: {
      [`${annotation}-scheme`]: "internet-facing",
      [`${annotation}-nlb-target-type`]: "ip",
      // Not TCP: a kernel accepts connections for a process that is stopped.
      [`${annotation}-healthcheck-protocol`]: "http",
      [`${annotation}-healthcheck-path`]: "/health",
      [`${annotation}-healthcheck-interval`]: "5",
      [`${annotation}-healthcheck-timeout`]: "2",
      [`${annotation}-healthcheck-unhealthy-threshold`]: "2",
    },
  },
  spec: {
    type: "LoadBalancer",
    loadBalancerClass: "service.k8s.aws/nlb",
    selector: { app: "app" },
    ports: [{ port: 80, targetPort: "http" }],
  },
};
