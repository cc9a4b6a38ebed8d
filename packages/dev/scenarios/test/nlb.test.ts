/** What a network load balancer promises, by real processes from the Service's annotations on: who is reached at which zone's address, and what it sees. */
import { once } from "node:events";
import type { Socket } from "node:net";
import type { ApiClient } from "@loopway/hop-kit";
import { type Address, internalIP, type LoadBalancer, type Node, type Service } from "@loopway/model";
import { eventually } from "@loopway/testkit";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { askUdp, dialFrom, type Endpoint, greeting, startEndpoint } from "../src/endpoints.ts";
import { ENDPOINT_PORT, ownBlock, SERVICE_PORT, type SliceEndpoint, serviceOf, sliceOf } from "../src/hand-written.ts";
import { openApi, startWorld, type World } from "../src/index.ts";

/** Zones, and of each its load balancer address, its node and its endpoint. */
const letters = ["a", "b", "c"] as const;
type Letter = (typeof letters)[number];
const CLIENT = `${ownBlock}.77`;
/** Missing one of three in so many flows: once in 10^8 runs. */
const FLOWS = 48;
const annotation = (name: string) => `service.beta.kubernetes.io/aws-load-balancer-${name}`;
const groupAttributes = (text: string) => ({ [annotation("target-group-attributes")]: text });
const instances = { [annotation("nlb-target-type")]: "instance" };
const local: Service["spec"] = { externalTrafficPolicy: "Local" };

/** The client, the load balancer in that zone, the node in that zone. */
type Source = "client" | `edge ${Letter}` | `node ${Letter}`;
type Row = {
  what: string;
  annotations?: Record<string, string>;
  spec?: Service["spec"];
  endpoints: string;
  protocol?: "TCP" | "UDP";
  /** The zone whose address the client dials. */
  at: Letter;
  expected: { reached: string; source: Source } | "reset";
};

const rows: Row[] = [
  { what: "cross-zone is off: its own zone's target", endpoints: "a b c", at: "b", expected: { reached: "b", source: "edge b" } },
  { what: "a zone without a target resets", endpoints: "a c", at: "b", expected: "reset" },
  {
    what: "cross-zone by the target group: every target",
    annotations: groupAttributes("load_balancing.cross_zone.enabled=true"),
    endpoints: "a b c",
    at: "b",
    expected: { reached: "a b c", source: "edge b" },
  },
  {
    what: "cross-zone by the load balancer: every target",
    annotations: { [annotation("attributes")]: "load_balancing.cross_zone.enabled=true" },
    endpoints: "a b c",
    at: "c",
    expected: { reached: "a b c", source: "edge c" },
  },
  {
    what: "client IP preservation: the target sees the client",
    annotations: groupAttributes("preserve_client_ip.enabled=true"),
    endpoints: "a b c",
    at: "a",
    expected: { reached: "a", source: "client" },
  },
  {
    what: "UDP: the target sees the client always",
    endpoints: "a b c",
    protocol: "UDP",
    at: "c",
    expected: { reached: "c", source: "client" },
  },
  {
    what: "instance targets under policy Cluster: the node's address takes the client's place",
    annotations: instances,
    endpoints: "a b c",
    at: "b",
    expected: { reached: "a b c", source: "node b" },
  },
  {
    what: "instance targets under policy Local: the client's address all the way",
    annotations: instances,
    spec: local,
    endpoints: "a b c",
    at: "b",
    expected: { reached: "b", source: "client" },
  },
];

describe("network load balancer", () => {
  let world: World;
  let api: ApiClient;
  let nodes: Record<string, { name: string; address: string }>;
  const listening: Endpoint[] = [];
  beforeAll(async () => {
    world = await startWorld({ files: ["fixtures/l4"] });
    api = openApi(world);
    const { items } = await api.list<Node>({ kind: "Node" });
    nodes = Object.fromEntries(items.map((node, index) => [letters[index], { name: node.metadata.name, address: internalIP(node) ?? "" }]));
    for (const letter of letters) listening.push(await startEndpoint(letter, endpointAddress(letter)));
    for (const [index, row] of rows.entries()) await publish(`row-${index}`, row);
  });
  afterAll(async () => {
    for (const endpoint of listening) endpoint.close();
    api?.close();
    await world?.stop();
  });

  /** In the zone of the node, the last of its pods' addresses: no pod has it. */
  const endpointAddress = (letter: string) => (nodes[letter]?.address ?? "").replace(/\d+$/, "254");
  /** Only pods are targets by address. */
  const endpointOf = (letter: string): SliceEndpoint => ({
    addresses: [endpointAddress(letter)],
    nodeName: nodes[letter]?.name ?? "",
    targetRef: { kind: "Pod", name: letter, namespace: "default" },
  });
  const publish = async (name: string, { annotations = {}, spec = {}, endpoints, protocol }: Omit<Row, "what" | "at" | "expected">) => {
    const service = serviceOf(name, { type: "LoadBalancer", loadBalancerClass: "service.k8s.aws/nlb", ...spec }, protocol);
    const all = {
      [annotation("scheme")]: "internet-facing",
      [annotation("nlb-target-type")]: "ip",
      [annotation("healthcheck-interval")]: "5",
      ...annotations,
    };
    await api.create({ ...service, metadata: { ...service.metadata, annotations: all } });
    await api.create(sliceOf(name, endpoints.split(" ").map(endpointOf), protocol));
  };
  /** Where the load balancer of this Service listens in a zone, once it has addresses. */
  const edge = (name: string, letter: Letter) =>
    eventually(async (): Promise<Address> => {
      const service = await api.get<Service>({ kind: "Service", namespace: "default", name });
      const { items } = await api.list<LoadBalancer>({ kind: "LoadBalancer" });
      const found = items.find(({ status }) => status?.dnsName === service?.status?.loadBalancer?.ingress?.[0]?.hostname);
      const address = found?.status?.availabilityZones?.[letters.indexOf(letter)]?.loadBalancerAddresses?.[0]?.ipAddress;
      if (address === undefined) throw new Error(`Service ${name} has no load balancer yet`);
      return { address, port: SERVICE_PORT };
    }, 20_000);
  const dial = async (name: string, letter: Letter): Promise<Socket> => dialFrom(CLIENT, await edge(name, letter));
  const reach = async (name: string, at: Letter, protocol: Row["protocol"]): Promise<string[]> => {
    const to = await edge(name, at);
    const greetings = new Set<string>();
    for (let flow = 0; flow < FLOWS; flow++) {
      const [answer = ""] =
        protocol === "UDP" ? await askUdp({ address: CLIENT, port: 20_000 + flow }, to, 1) : [await greeting(dialFrom(CLIENT, to))];
      greetings.add(answer);
    }
    return [...greetings].sort();
  };

  test.for(rows.map((row, index) => ({ ...row, index })))("$what", { timeout: 40_000 }, async ({ at, expected, protocol, index }) => {
    const name = `row-${index}`;
    const addresses: Record<Source, string> = { client: CLIENT } as Record<Source, string>;
    for (const letter of letters) {
      addresses[`edge ${letter}`] = (await edge(name, letter)).address;
      addresses[`node ${letter}`] = nodes[letter]?.address ?? "";
    }
    const wanted =
      expected === "reset" ? ["ECONNRESET"] : expected.reached.split(" ").map((letter) => `${letter} ${addresses[expected.source]}`);
    // Until the health of all targets is known, those that are not known to be healthy may be asked, or those that are alone.
    await eventually(async () => expect(await reach(name, at, protocol)).toEqual(wanted), 30_000);
  });

  test("stickiness source_ip: all flows of a client reach one of the targets", async () => {
    const attributes = "load_balancing.cross_zone.enabled=true,stickiness.enabled=true,stickiness.type=source_ip";
    await publish("sticky", { annotations: groupAttributes(attributes), endpoints: "a b c" });
    await eventually(async () => expect(await reach("sticky", "a", "TCP")).toEqual([expect.stringMatching(/^[abc] /)]), 20_000);
  });

  test("PROXY protocol v2: the target hears the client's address before its bytes", async () => {
    await publish("proxied", { annotations: { [annotation("proxy-protocol")]: "*" }, endpoints: "a b c" });
    const to = await edge("proxied", "b");
    const octets = ({ address }: Pick<Address, "address">) => String.fromCharCode(...address.split(".").map(Number));
    await eventually(async () => {
      const socket = await dial("proxied", "b");
      onTestFinished(() => void socket.destroy());
      socket.write("hello");
      let heard = "";
      for await (const text of socket.iterator({ destroyOnReturn: false })) {
        heard += text;
        if (heard.endsWith("hello")) break;
      }
      // proxy-protocol.txt, 2.2: signature, PROXY, TCP over IPv4, 12 bytes of addresses.
      expect(heard).toContain(`\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c${octets({ address: CLIENT })}${octets(to)}`);
    }, 20_000);
  });

  test("a connection outlives the deregistration of its target, and new ones go elsewhere", async () => {
    await publish("moving", { annotations: groupAttributes("load_balancing.cross_zone.enabled=true"), endpoints: "a" });
    await eventually(async () => expect(await greeting(await dial("moving", "a"))).toMatch(/^a /), 20_000);
    const old = await dial("moving", "a");
    onTestFinished(() => void old.destroy());
    await once(old, "data");
    await api.patch({ kind: "EndpointSlice", namespace: "default", name: "moving" }, { endpoints: [endpointOf("b")] });
    await eventually(async () => expect(await reach("moving", "a", "TCP")).toEqual([expect.stringMatching(/^b /)]), 20_000);
    old.write("still here");
    expect(await once(old, "data")).toEqual(["still here"]);
  });

  test("TCP_UDP: one port takes both", async () => {
    const ports = (["TCP", "UDP"] as const).map((protocol) => ({ name: protocol.toLowerCase(), port: SERVICE_PORT, protocol }));
    const annotations = {
      [annotation("scheme")]: "internet-facing",
      [annotation("nlb-target-type")]: "ip",
      [annotation("enable-tcp-udp-listener")]: "true",
    };
    const service = serviceOf("both", { type: "LoadBalancer", loadBalancerClass: "service.k8s.aws/nlb", ports });
    await api.create({ ...service, metadata: { ...service.metadata, annotations } });
    const slicePorts = ports.map(({ name, protocol }) => ({ name, port: ENDPOINT_PORT, protocol }));
    await api.create({ ...sliceOf("both", [endpointOf("a")]), ports: slicePorts });
    const seen = [`a ${CLIENT}`];
    await eventually(async () => expect(await reach("both", "a", "TCP")).toEqual(seen), 20_000);
    await eventually(async () => expect(await reach("both", "a", "UDP")).toEqual(seen), 20_000);
  });
});
