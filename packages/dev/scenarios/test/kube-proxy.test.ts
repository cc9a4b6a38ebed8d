/** What kube-proxy promises of Services, by real processes: hand-written EndpointSlices, endpoints and clients with addresses of their own. */
import { once } from "node:events";
import type { ApiClient } from "@loopway/hop-kit";
import {
  type Address,
  type EndpointSlice,
  internalIP,
  type KubeEvent,
  type KubeObject,
  type Node,
  type Pod,
  type Service,
} from "@loopway/model";
import { eventually, exchange } from "@loopway/testkit";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { askUdp, dialFrom, type Endpoint, greeting, startEndpoint } from "../src/endpoints.ts";
import { ownBlock, SERVICE_PORT, type SliceEndpoint, serviceOf, sliceOf } from "../src/hand-written.ts";
import { openApi, parseEcho, startWorld, type World } from "../src/index.ts";

/** One for each node, of the same letter. */
const letters = ["a", "b", "c"] as const;
type Letter = (typeof letters)[number];
const endpointAddress = (letter: Letter) => `${ownBlock}.${20 + letters.indexOf(letter)}`;
const OUTSIDE = `${ownBlock}.77`;
/** Of no node. */
const externalIP = (host: number) => ({ externalIPs: [`${ownBlock}.${host}`] });
/** Missing one of three in so many picks: once in 10^8 runs. */
const PICKS = 48;

/** On no node, a node, a pod on it, or (nobody's client) the machine's own address. */
type From = "outside" | `node ${Letter}` | `pod ${Letter}` | "machine";
type To = "clusterIP" | `node ${Letter}` | "externalIP";
type Reached = { reached: string; source: From } | "refused" | "no answer";
type Row = [what: string, spec: Service["spec"], endpoints: string, from: From, to: To, expected: Reached];

const nodePort: Service["spec"] = { type: "NodePort" };
const local: Service["spec"] = { ...nodePort, externalTrafficPolicy: "Local" };
const internalLocal: Service["spec"] = { internalTrafficPolicy: "Local" };

/** Endpoints: "a" ready, "-a" neither ready nor serving, "~a" terminating and serving, "a@b" hinted for the zone of node b. */
const rows: Row[] = [
  ["every ready endpoint gets connections", {}, "a b c", "outside", "clusterIP", { reached: "a b c", source: "outside" }],
  ["an endpoint that is not ready gets none", {}, "a -b c", "outside", "clusterIP", { reached: "a c", source: "outside" }],
  ["one that terminates gets none while another is ready", {}, "a ~b ~c", "outside", "clusterIP", { reached: "a", source: "outside" }],
  ["where all terminate, those that serve get them", {}, "-a ~b ~c", "outside", "clusterIP", { reached: "b c", source: "outside" }],
  ["where none serves: REJECT", {}, "-a -b", "outside", "clusterIP", "refused"],
  ["without any: REJECT", nodePort, "", "outside", "node a", "refused"],
  ["a pod keeps its address at a ClusterIP", {}, "b", "pod a", "clusterIP", { reached: "b", source: "pod a" }],
  ["a node port masquerades under policy Cluster", nodePort, "a b c", "outside", "node b", { reached: "a b c", source: "node b" }],
  ["policy Local: the node's own, and the client's address", local, "a b c", "outside", "node b", { reached: "b", source: "outside" }],
  ["policy Local: the node's own that terminates", local, "a ~b c", "outside", "node b", { reached: "b", source: "outside" }],
  ["policy Local without one on the node: DROP", local, "a c", "outside", "node b", "no answer"],
  ["policy Local without any: REJECT", local, "-a", "outside", "node b", "refused"],
  ["policy Local: pods take the short cut", local, "a c", "pod b", "node b", { reached: "a c", source: "pod b" }],
  ["internal policy Local: the client's node's own", internalLocal, "a b c", "pod c", "clusterIP", { reached: "c", source: "pod c" }],
  ["internal policy Local without one: DROP", internalLocal, "a b", "pod c", "clusterIP", "no answer"],
  ["hints: those for the client's zone", {}, "a@a b@b c@b", "pod b", "clusterIP", { reached: "b c", source: "pod b" }],
  ["hints that not all have count for nothing", {}, "a@a b c@b", "pod b", "clusterIP", { reached: "a b c", source: "pod b" }],
  ["hints for other zones only count for nothing", {}, "a@a b@b", "pod c", "clusterIP", { reached: "a b", source: "pod c" }],
  ["an external address masquerades", externalIP(5), "a b c", "outside", "externalIP", { reached: "a b c", source: "machine" }],
  [
    "policy Local: an external address keeps the client's",
    { ...local, ...externalIP(6) },
    "a b",
    "outside",
    "externalIP",
    { reached: "a b", source: "outside" },
  ],
];

describe("kube-proxy", () => {
  let world: World;
  let api: ApiClient;
  let nodes: Record<string, { name: string; zone: string; address: string }>;
  const listening: Endpoint[] = [];
  beforeAll(async () => {
    world = await startWorld({ files: ["fixtures/l4"], args: ["--pods", "real-termination"] });
    api = openApi(world);
    const { items } = await api.list<Node>({ kind: "Node" });
    const placed = items.map((node, index) => {
      const zone = node.metadata.labels?.["topology.kubernetes.io/zone"] ?? "";
      return [letters[index] ?? "", { name: node.metadata.name, zone, address: internalIP(node) ?? "" }] as const;
    });
    nodes = Object.fromEntries(placed);
    for (const letter of letters) listening.push(await startEndpoint(letter, endpointAddress(letter)));
    for (const [index, [, spec, endpoints]] of rows.entries()) await publish(`row-${index}`, spec, endpoints);
    // What comes after them in the API's order shows that all have been seen.
    await publish("marker", nodePort, "a");
    for (const to of ["clusterIP", "node a", "node b", "node c"] as const)
      await eventually(async () => expect(await greeting(await dial("marker", "outside", to))).toMatch(/^a /));
  });
  afterAll(async () => {
    for (const endpoint of listening) endpoint.close();
    api?.close();
    await world?.stop();
  });

  const nodeOf = (letter: string) => nodes[letter] ?? { name: "", zone: "", address: "" };
  const endpointOf = (text: string): SliceEndpoint => {
    const [, mark = "", letter = "", hint] = /^([-~]?)(\w)(?:@(\w))?$/.exec(text) ?? [];
    return {
      addresses: [endpointAddress(letter as Letter)],
      conditions: { ready: mark === "", serving: mark !== "-", terminating: mark === "~" },
      nodeName: nodeOf(letter).name,
      ...(hint === undefined ? {} : { hints: { forZones: [{ name: nodeOf(hint).zone }] } }),
    };
  };
  const publish = async (name: string, spec: Service["spec"], endpoints: string, protocol?: string) => {
    await api.create(serviceOf(name, spec, protocol));
    await api.create(sliceOf(name, endpoints.split(" ").filter(Boolean).map(endpointOf), protocol));
  };
  const addressOf = (from: string): string => {
    const [kind, letter = ""] = from.split(" ");
    if (kind === "outside" || kind === "machine") return kind === "outside" ? OUTSIDE : "127.0.0.1";
    // The last address of the pods' range: no pod has it.
    return kind === "node" ? nodeOf(letter).address : nodeOf(letter).address.replace(/\d+$/, "254");
  };
  /** Once it is allocated. */
  const target = (name: string, to: To) =>
    eventually(async (): Promise<Address> => {
      const { clusterIP, externalIPs, ports } = (await api.get<Service>({ kind: "Service", namespace: "default", name }))?.spec ?? {};
      const address = to === "clusterIP" ? clusterIP : to === "externalIP" ? externalIPs?.[0] : addressOf(to);
      const port = to.startsWith("node") ? ports?.[0]?.nodePort : SERVICE_PORT;
      if (address === undefined || port === undefined) throw new Error(`Service ${name} has no ${to} yet`);
      return { address, port };
    });
  const dial = async (name: string, from: From, to: To) => dialFrom(addressOf(from), await target(name, to));
  const reach = async (name: string, from: From, to: To): Promise<string[]> => {
    const greetings = new Set<string>();
    for (let pick = 0; pick < PICKS; pick++) greetings.add(await greeting(await dial(name, from, to)));
    return [...greetings].sort();
  };

  test.for(rows.map((row, index) => [...row, index] as const))("%s", async ([_what, _spec, _endpoints, from, to, expected, index]) => {
    const name = `row-${index}`;
    if (expected === "refused") {
      expect(await reach(name, from, to)).toEqual(["ECONNREFUSED"]);
    } else if (expected === "no answer") {
      const socket = await dial(name, from, to);
      onTestFinished(() => void socket.destroy());
      socket.write("anybody?");
      // What is sent after it to others is answered long since.
      await reach("marker", "outside", "node a");
      expect([socket.bytesRead, socket.readyState]).toEqual([0, "open"]);
    } else {
      expect(await reach(name, from, to)).toEqual(expected.reached.split(" ").map((letter) => `${letter} ${addressOf(expected.source)}`));
    }
  });

  test("a connection outlives the removal of its endpoint, and the next goes elsewhere", async () => {
    await publish("moving", {}, "a");
    const old = await eventually(async () => {
      const socket = await dial("moving", "outside", "clusterIP");
      const [text] = (await once(socket, "data", { signal: AbortSignal.timeout(1_000) })) as [string];
      expect(text).toMatch(/^a /);
      return socket;
    });
    onTestFinished(() => void old.destroy());
    await api.patch({ kind: "EndpointSlice", namespace: "default", name: "moving" }, { endpoints: [endpointOf("b")] });
    await eventually(async () => expect(await greeting(await dial("moving", "outside", "clusterIP"))).toMatch(/^b /));
    old.write("still here");
    expect(await once(old, "data")).toEqual(["still here"]);
  });

  test("sessionAffinity: a client keeps its endpoint until it has been away for the time-out", async () => {
    const timeoutSeconds = 1;
    await publish("sticky", { sessionAffinity: "ClientIP", sessionAffinityConfig: { clientIP: { timeoutSeconds } } }, "a b c");
    await eventually(async () => expect(await greeting(await dial("sticky", "outside", "clusterIP"))).toMatch(/^[abc] /));
    expect(await reach("sticky", "outside", "clusterIP")).toHaveLength(1);
    // It comes back after a little more than the time-out, again and again: ten times to the same of three once in 59,049 runs.
    const visits = [await greeting(await dial("sticky", "outside", "clusterIP"))];
    let leftMs = performance.now();
    await eventually(async () => {
      expect(performance.now() - leftMs).toBeGreaterThan(timeoutSeconds * 1_000 + 50);
      visits.push(await greeting(await dial("sticky", "outside", "clusterIP")));
      leftMs = performance.now();
      expect(new Set(visits).size).toBeGreaterThan(1);
    }, 12_000);
  });

  test("the ipvs scheduler that the cluster's configuration asks for takes turns, and random is back with it gone", async () => {
    const configMap = { kind: "ConfigMap", namespace: "kube-system", name: "kube-proxy" };
    const data = { "config.conf": "mode: ipvs\nipvs:\n  scheduler: rr\n" };
    const metadata = { name: configMap.name, namespace: configMap.namespace };
    const turns = async () => {
      const taken: string[] = [];
      for (let turn = 0; turn < 30; turn++) taken.push((await greeting(await dial("row-0", "outside", "clusterIP"))).slice(0, 1));
      return taken.join("");
    };
    await api.create({ apiVersion: "v1", kind: "ConfigMap", metadata, data } as KubeObject);
    await eventually(async () => expect("abc".repeat(12)).toContain(await turns()));
    await api.delete(configMap);
    await eventually(async () => expect("abc".repeat(12)).not.toContain(await turns()));
  });

  test.each([
    ["clusterIP", {}, "outside"],
    ["node b", nodePort, "node b"],
  ] as const)(
    "a UDP Service at its %s: a flow keeps its endpoint, which sees the address that a connection would show",
    async (to, spec, source) => {
      const name = `udp-${to.replace(" ", "-")}`.toLowerCase();
      await publish(name, spec, "a b c", "UDP");
      const at = await target(name, to);
      const ask = (port: number) => askUdp({ address: OUTSIDE, port }, at, 3);
      await eventually(() => ask(20_000));
      const flows = await Promise.all(Array.from({ length: PICKS }, (_, flow) => ask(20_001 + flow)));
      for (const answers of flows) expect(new Set(answers).size).toBe(1);
      expect([...new Set(flows.flat())].sort()).toEqual(letters.map((letter) => `${letter} ${addressOf(source)}`));
    },
  );

  test.each([
    ["trafficDistribution PreferClose", "close"],
    ["topology-mode Auto", "auto"],
  ])("%s: a pod's request stays in its zone; one from elsewhere goes anywhere", async (_what, hinted) => {
    const pods = (await api.list<Pod>({ kind: "Pod", labelSelector: "app=app" })).items;
    const answering = async (name: string, from: From) => {
      const names = new Set<string>();
      for (let pick = 0; pick < PICKS; pick++) {
        const body = (await exchange(await dial(name, from, "clusterIP"), REQUEST)).split("\r\n\r\n")[1] ?? "";
        names.add(parseEcho({ status: 200, headers: {}, body }).pod);
      }
      return [...names].sort();
    };
    const names = pods.map(({ metadata }) => metadata.name).sort();
    await eventually(async () => expect(await answering("anywhere", "pod b")).toEqual(names));
    const near = pods.filter(({ spec }) => spec.nodeName === nodeOf("b").name).map(({ metadata }) => metadata.name);
    await eventually(async () => expect(await answering(hinted, "pod b")).toEqual(near));
    expect(await answering(hinted, "outside")).toEqual(names);
  });

  test("topology-mode Auto with less pods than zones: no hints, and an Event says why", async () => {
    await api.patch({ kind: "Deployment", namespace: "default", name: "app" }, { spec: { replicas: 2 } });
    await eventually(async () => {
      const { items } = await api.list<EndpointSlice>({ kind: "EndpointSlice", labelSelector: "kubernetes.io/service-name=auto" });
      const ready = items.flatMap(({ endpoints }) => endpoints).filter(({ conditions }) => conditions?.ready === true);
      expect(ready.map(({ hints }) => hints)).toEqual([undefined, undefined]);
      const events = (await api.list<KubeEvent>({ kind: "Event", namespace: "default" })).items;
      expect(
        events.filter(({ involvedObject }) => involvedObject.name === "auto").map(({ reason, message }) => `${reason}: ${message}`),
      ).toEqual(
        expect.arrayContaining([
          "TopologyAwareHintsEnabled: Topology Aware Hints has been enabled, addressType: IPv4",
          "TopologyAwareHintsDisabled: Insufficient number of endpoints (2 endpoints, 3 zones), addressType: IPv4",
        ]),
      );
    });
  });

  test("while all pods of a Service terminate, those that still serve are asked; then it refuses", async () => {
    await api.patch({ kind: "Deployment", namespace: "default", name: "app" }, { spec: { replicas: 0 } });
    const pods = () => api.list<Pod>({ kind: "Pod", labelSelector: "app=app" });
    await eventually(async () => {
      const { items } = await pods();
      expect(items.every(({ metadata }) => metadata.deletionTimestamp !== undefined)).toBe(true);
    });
    expect(await exchange(await dial("anywhere", "outside", "clusterIP"), REQUEST)).toMatch(/^HTTP\/1.1 200 /);
    expect((await pods()).items).not.toEqual([]);
    await eventually(async () => expect((await pods()).items).toEqual([]));
    await eventually(async () => expect(await greeting(await dial("anywhere", "outside", "clusterIP"))).toBe("ECONNREFUSED"));
  });
});

const REQUEST = "GET / HTTP/1.1\r\nHost: app\r\nConnection: close\r\n\r\n";
