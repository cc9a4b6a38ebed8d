import { type EndpointSlice, formatAddress, type Service } from "@loopway/model";
import { expect, test } from "vitest";
import { compileTable } from "../src/compile.ts";
import { type Route, routeFor } from "../src/service-table.ts";
import { endpointOf, nodeOf, onNode, serviceOf, sliceOf } from "./objects.ts";

const nodes = [nodeOf("node-a", "127.10.1.10"), nodeOf("node-b", "127.10.2.10")];
const web = serviceOf("web", { type: "NodePort", clusterIP: "127.11.0.5", ports: [{ port: 80, nodePort: 30080 }] });
const ready = sliceOf("web", { endpoints: [endpointOf("127.10.1.20"), endpointOf("127.10.2.20")] });
/** A client outside the cluster. */
const CLIENT = "127.0.0.1";

function compile(name: string, services: Service[], slices: EndpointSlice[]) {
  return compileTable({ name, nodes, services, slices });
}

const formatRoute = (route: Route) =>
  route.kind === "forward" ? route.endpoints.map(({ address }) => formatAddress(address)) : route.kind;

/** Where a client gets to from each address. */
function routes(name: string, services: Service[], slices: EndpointSlice[], client = CLIENT) {
  const { rules, places } = compile(name, services, slices);
  return Object.fromEntries([...rules].map(([key, rule]) => [key, formatRoute(routeFor(rule, places.nodeOf(client)))]));
}

test("a node listens on its own address for every node port, and says so", () => {
  const { rules } = compile("node-b", [web], [ready]);
  expect([...rules.values()]).toEqual([
    {
      protocol: "tcp",
      virtual: { address: "127.10.2.10", port: 30080 },
      service: "shop/web",
      servicePort: "shop/web:",
      decision: { kind: "nodePort", node: "node-b", nodePort: 30080, service: "shop/web" },
      traffic: "external",
      sourceRanges: [],
      onNode: new Map(),
      elsewhere: {
        kind: "forward",
        source: "node",
        endpoints: [
          { address: { address: "127.10.1.20", port: 3000 }, pod: "pod-127.10.1.20" },
          { address: { address: "127.10.2.20", port: 3000 }, pod: "pod-127.10.2.20" },
        ],
      },
    },
  ]);
});

test("the process of the Services listens on every ClusterIP, and says so", () => {
  const { rules } = compile("services", [web], [ready]);
  expect(rules.get("tcp 127.11.0.5:80")?.decision).toEqual({
    kind: "clusterIP",
    clusterIP: "127.11.0.5",
    servicePort: 80,
    service: "shop/web",
  });
  expect(rules.size).toBe(1);
});

const port = { name: "", port: 3000 };
const external = serviceOf("web", {
  type: "LoadBalancer",
  clusterIP: "127.11.0.5",
  externalIPs: ["127.13.0.7", "127.10.2.10"],
  ports: [{ port: 80 }],
});
function withIngress(service: Service, ...ingress: { ip?: string; hostname?: string; ipMode?: string }[]): Service {
  return { ...service, status: { loadBalancer: { ingress } } };
}

test.each<[string, string, Service[], EndpointSlice[], Record<string, string[] | string>]>([
  ["a Service without slices has a rule that refuses", "node-a", [web], [], { "tcp 127.10.1.10:30080": "reject" }],
  ["a ClusterIP Service has no node port", "node-a", [serviceOf("web", { clusterIP: "127.11.0.5", ports: [{ port: 80 }] })], [ready], {}],
  ["a headless Service has no ClusterIP", "services", [serviceOf("web", { clusterIP: "None", ports: [{ port: 80 }] })], [ready], {}],
  [
    "an ExternalName Service has none either",
    "services",
    [serviceOf("web", { type: "ExternalName", externalName: "a.b", ports: [{ port: 80 }] })],
    [],
    {},
  ],
  ["a node that is not there yet listens nowhere", "node-z", [web], [ready], {}],
  [
    "a UDP port takes the slice's UDP port, beside TCP of the same number; SCTP is left alone",
    "services",
    [
      serviceOf("web", {
        clusterIP: "127.11.0.5",
        ports: [
          { name: "dns", port: 53, protocol: "UDP" },
          { name: "dns-tcp", port: 53 },
          { name: "sctp", port: 53, protocol: "SCTP" },
        ],
      }),
    ],
    [
      sliceOf("web", {
        endpoints: [endpointOf("127.10.1.20")],
        ports: [
          { name: "dns", port: 5353, protocol: "UDP" },
          { name: "dns-tcp", port: 5354 },
        ],
      }),
    ],
    { "udp 127.11.0.5:53": ["127.10.1.20:5353"], "tcp 127.11.0.5:53": ["127.10.1.20:5354"] },
  ],
  [
    "external and load-balancer addresses that no node has are served beside the ClusterIPs",
    "services",
    [withIngress(external, { ip: "127.12.9.9" }, { ip: "127.12.9.8", ipMode: "Proxy" }, { hostname: "a.b" })],
    [ready],
    {
      "tcp 127.11.0.5:80": ["127.10.1.20:3000", "127.10.2.20:3000"],
      "tcp 127.13.0.7:80": ["127.10.1.20:3000", "127.10.2.20:3000"],
      "tcp 127.12.9.9:80": ["127.10.1.20:3000", "127.10.2.20:3000"],
    },
  ],
  [
    "an external address that is a node's is served by that node",
    "node-b",
    [external],
    [ready],
    { "tcp 127.10.2.10:80": ["127.10.1.20:3000", "127.10.2.20:3000"] },
  ],
  [
    "slices of another Service or namespace do not count",
    "node-a",
    [web],
    [sliceOf("other", { endpoints: [endpointOf("127.10.1.20")] }), { ...ready, metadata: { ...ready.metadata, namespace: "else" } }],
    { "tcp 127.10.1.10:30080": "reject" },
  ],
  [
    "each Service port takes the slice port of its name",
    "services",
    [
      serviceOf("web", {
        clusterIP: "127.11.0.5",
        ports: [
          { name: "http", port: 80 },
          { name: "admin", port: 81 },
        ],
      }),
    ],
    [
      sliceOf("web", {
        endpoints: [endpointOf("127.10.1.20")],
        ports: [
          { name: "admin", port: 9000 },
          { name: "http", port: 3000 },
        ],
      }),
    ],
    { "tcp 127.11.0.5:80": ["127.10.1.20:3000"], "tcp 127.11.0.5:81": ["127.10.1.20:9000"] },
  ],
  [
    "pods may resolve a named target port differently: their slices add up",
    "node-a",
    [web],
    [
      sliceOf("web", { endpoints: [endpointOf("127.10.1.20")] }, "1"),
      sliceOf("web", { endpoints: [endpointOf("127.10.1.21")], ports: [{ ...port, port: 3001 }] }, "2"),
    ],
    { "tcp 127.10.1.10:30080": ["127.10.1.20:3000", "127.10.1.21:3001"] },
  ],
  [
    "an endpoint in two slices counts once",
    "node-a",
    [web],
    [sliceOf("web", { endpoints: [endpointOf("127.10.1.20")] }, "1"), sliceOf("web", { endpoints: [endpointOf("127.10.1.20")] }, "2")],
    { "tcp 127.10.1.10:30080": ["127.10.1.20:3000"] },
  ],
  [
    "only ready endpoints count while there is one in any slice",
    "node-a",
    [web],
    [
      sliceOf("web", { endpoints: [endpointOf("127.10.1.20", { ready: false, serving: true, terminating: true })] }, "1"),
      sliceOf("web", { endpoints: [endpointOf("127.10.1.21"), endpointOf("127.10.1.22", { ready: false })] }, "2"),
    ],
    { "tcp 127.10.1.10:30080": ["127.10.1.21:3000"] },
  ],
  [
    "where none is ready, those that still serve while they terminate count",
    "node-a",
    [web],
    [
      sliceOf("web", {
        endpoints: [
          endpointOf("127.10.1.20", { ready: false, serving: true, terminating: true }),
          endpointOf("127.10.1.21", { ready: false, serving: false, terminating: true }),
          endpointOf("127.10.1.22", { ready: false, serving: false, terminating: false }),
        ],
      }),
    ],
    { "tcp 127.10.1.10:30080": ["127.10.1.20:3000"] },
  ],
  [
    "slices of other address families do not count",
    "node-a",
    [web],
    [{ ...ready, addressType: "IPv6" }],
    { "tcp 127.10.1.10:30080": "reject" },
  ],
])("%s", (_name, process, services, slices, expected) => expect(routes(process, services, slices)).toEqual(expected));

test("the revision is that of the newest object", () => {
  expect(compileTable({ name: "node-a", nodes, services: [serviceOf("web", {}, "7")], slices: [sliceOf("web", {}, "12")] }).revision).toBe(
    "12",
  );
});

const onA = onNode("node-a", endpointOf("127.10.1.20"));
const onB = onNode("node-b", endpointOf("127.10.2.20"));
const forZone = (endpoint: typeof onA, zone: string) => ({ ...endpoint, hints: { forZones: [{ name: zone }] } });
const forNode = (endpoint: typeof onA, node: string) => ({ ...endpoint, hints: { forNodes: [{ name: node }] } });
const [podOnA, podOnB] = ["127.10.1.30", "127.10.2.30"];
const [A, B] = ["127.10.1.20:3000", "127.10.2.20:3000"];
const local = { externalTrafficPolicy: "Local" };
const internal = { internalTrafficPolicy: "Local" };
type Spec = Partial<Service["spec"]>;

test.each<[name: string, process: string, spec: Spec, client: string, endpoints: EndpointSlice["endpoints"], expected: string[] | string]>([
  ["internal Cluster: everywhere", "services", {}, podOnA, [onA, onB], [A, B]],
  ["internal Local: the client's node", "services", internal, podOnA, [onA, onB], [A]],
  ["internal Local does not bear on node ports", "node-a", internal, CLIENT, [onB], [B]],
  ["internal Local without an endpoint on the client's node: dropped", "services", internal, podOnA, [onB], "drop"],
  ["internal Local from outside the cluster: dropped", "services", internal, CLIENT, [onA, onB], "drop"],
  ["internal Local without any endpoint: refused", "services", internal, podOnA, [], "reject"],
  ["a node itself is a client on it", "services", internal, "127.10.2.10", [onA, onB], [B]],
  ["a load balancer in a node's subnet is outside", "services", internal, "127.10.1.2", [onA, onB], "drop"],
  ["external Local: this node's", "node-a", local, CLIENT, [onA, onB], [A]],
  ["external Local without one here: dropped", "node-a", local, CLIENT, [onB], "drop"],
  ["external Local without any: refused", "node-a", local, CLIENT, [], "reject"],
  ["external Local does not bear on the ClusterIP", "services", local, podOnA, [onB], [B]],
  ["external Local from a pod takes the short cut", "node-a", local, podOnB, [onB], [B]],
  ["external Local from the node itself too", "node-a", local, "127.10.1.10", [onB], [B]],
  ["zone hints: the client's zone", "services", {}, podOnA, [forZone(onA, "zone-a"), forZone(onB, "zone-b")], [A]],
  ["zone hints from outside the cluster do not count", "services", {}, CLIENT, [forZone(onA, "zone-a"), forZone(onB, "zone-b")], [A, B]],
  ["zone hints at a node port: the node's zone", "node-b", {}, CLIENT, [forZone(onA, "zone-a"), forZone(onB, "zone-b")], [B]],
  ["node hints: the client's node", "services", {}, podOnB, [forNode(onA, "node-a"), forNode(onB, "node-b")], [B]],
])("%s", (_name, process, spec, client, endpoints, expected) => {
  const service = { ...web, spec: { ...web.spec, ...spec } };
  expect(Object.values(routes(process, [service], [sliceOf("web", { endpoints })], client))).toEqual([expected]);
});

test.each<[string, string, Spec, string, "client" | "node"]>([
  ["a ClusterIP keeps the client's address", "services", {}, podOnA, "client"],
  ["a node port of policy Cluster shows the node's", "node-a", {}, CLIENT, "node"],
  ["a node port of policy Local keeps the client's", "node-a", local, CLIENT, "client"],
  ["the short cut keeps the pod's", "node-a", local, podOnB, "client"],
])("%s", (_name, process, spec, client, expected) => {
  const { rules, places } = compile(process, [{ ...web, spec: { ...web.spec, ...spec } }], [sliceOf("web", { endpoints: [onA] })]);
  expect([...rules.values()].map((rule) => routeFor(rule, places.nodeOf(client)))).toEqual([expect.objectContaining({ source: expected })]);
});

const balanced: Spec = { type: "LoadBalancer", externalTrafficPolicy: "Local", healthCheckNodePort: 30999 };
test.each<[string, Spec, EndpointSlice["endpoints"], number[]]>([
  ["a node counts its own ready endpoints", balanced, [onA, onB], [1]],
  ["the other node's do not count", balanced, [onB], [0]],
  ["those that terminate do not count", balanced, [{ ...onA, conditions: { ready: false, serving: true, terminating: true } }], [0]],
  ["policy Cluster is not asked", { ...balanced, externalTrafficPolicy: "Cluster" }, [onA], []],
  ["a NodePort Service is not asked", { ...balanced, type: "NodePort" }, [onA], []],
])("healthCheckNodePort: %s", (_name, spec, endpoints, expected) => {
  const { healthChecks } = compile("node-a", [{ ...web, spec: { ...web.spec, ...spec } }], [sliceOf("web", { endpoints })]);
  expect(healthChecks.map(({ localEndpoints }) => localEndpoints)).toEqual(expected);
});

test.each([
  ["nothing", {}, undefined],
  ["ClientIP: three hours", { sessionAffinity: "ClientIP" }, 10_800_000],
  ["ClientIP with its time-out", { sessionAffinity: "ClientIP", sessionAffinityConfig: { clientIP: { timeoutSeconds: 5 } } }, 5_000],
])("affinity of %s", (_name, spec, expected) => {
  const { rules } = compile("services", [{ ...web, spec: { ...web.spec, ...spec } }], [ready]);
  expect([...rules.values()].map(({ affinityMs }) => affinityMs)).toEqual([expected]);
});

const other = serviceOf("other", { type: "NodePort", ports: [{ port: 80, nodePort: 30081 }] });
const ofOther = sliceOf("other", { endpoints: [endpointOf("127.10.1.30")] });
const objects = { name: "node-a", nodes, services: [web, other], slices: [ready, ofOther] };

test.each([
  ["nothing", objects, ["web", "other"]],
  ["a slice", { ...objects, slices: [sliceOf("web", { endpoints: [endpointOf("127.10.1.21")] }), ofOther] }, ["other"]],
  ["one slice more", { ...objects, slices: [ready, ofOther, sliceOf("web", { endpoints: [endpointOf("127.10.1.21")] }, "9")] }, ["other"]],
  ["a slice less", { ...objects, slices: [ready] }, ["web"]],
  ["a Service", { ...objects, services: [web, { ...other }] }, ["web"]],
  ["a Service less", { ...objects, services: [other] }, ["other"]],
  ["a node", { ...objects, nodes: [nodeOf("node-a", "127.10.1.11"), nodeOf("node-b", "127.10.2.10")] }, []],
])("when %s has changed, the table is as if made anew, and what no change concerns is kept", (_what, changed, kept) => {
  const before = compileTable(objects);
  const after = compileTable(changed, before);
  expect({ ...after, places: after.places.names }).toEqual({ ...compileTable(changed), places: ["node-a", "node-b"] });
  const isKept = (name: string) =>
    after.services.has(`shop/${name}`) && after.services.get(`shop/${name}`) === before.services.get(`shop/${name}`);
  expect(["web", "other"].filter(isKept)).toEqual(kept);
});
