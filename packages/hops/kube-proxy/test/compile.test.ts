import { type EndpointSlice, formatAddress, type Service } from "@loopway/model";
import { expect, test } from "vitest";
import { compileTable } from "../src/compile.ts";
import { endpointOf, nodeOf, serviceOf, sliceOf } from "./objects.ts";

const nodes = [nodeOf("node-a", "127.10.1.10"), nodeOf("node-b", "127.10.2.10")];
const web = serviceOf("web", { type: "NodePort", clusterIP: "127.11.0.5", ports: [{ port: 80, nodePort: 30080 }] });
const ready = sliceOf("web", { endpoints: [endpointOf("127.10.1.20"), endpointOf("127.10.2.20")] });

function compile(name: string, services: Service[], slices: EndpointSlice[]) {
  const { rules } = compileTable({ name, nodes, services, slices });
  return Object.fromEntries([...rules].map(([key, rule]) => [key, rule.endpoints.map(({ address }) => formatAddress(address))]));
}

test("a node listens on its own address for every node port, and says so", () => {
  const { rules } = compileTable({ name: "node-b", nodes, services: [web], slices: [ready] });
  expect([...rules.values()]).toEqual([
    {
      virtual: { address: "127.10.2.10", port: 30080 },
      service: "shop/web",
      frontend: { kind: "nodePort", node: "node-b", nodePort: 30080, service: "shop/web" },
      endpoints: [
        { address: { address: "127.10.1.20", port: 3000 }, pod: "pod-127.10.1.20" },
        { address: { address: "127.10.2.20", port: 3000 }, pod: "pod-127.10.2.20" },
      ],
    },
  ]);
});

test("the process of the Services listens on every ClusterIP, and says so", () => {
  const { rules } = compileTable({ name: "services", nodes, services: [web], slices: [ready] });
  expect(rules.get("127.11.0.5:80")?.frontend).toEqual({
    kind: "clusterIP",
    clusterIP: "127.11.0.5",
    servicePort: 80,
    service: "shop/web",
  });
  expect(rules.size).toBe(1);
});

const port = { name: "", port: 3000 };
test.each<[string, string, Service[], EndpointSlice[], Record<string, string[]>]>([
  ["a Service without slices has a rule that refuses", "node-a", [web], [], { "127.10.1.10:30080": [] }],
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
    "UDP ports are left alone",
    "services",
    [serviceOf("web", { clusterIP: "127.11.0.5", ports: [{ port: 53, protocol: "UDP" }] })],
    [ready],
    {},
  ],
  [
    "slices of another Service or namespace do not count",
    "node-a",
    [web],
    [sliceOf("other", { endpoints: [endpointOf("127.10.1.20")] }), { ...ready, metadata: { ...ready.metadata, namespace: "else" } }],
    { "127.10.1.10:30080": [] },
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
    { "127.11.0.5:80": ["127.10.1.20:3000"], "127.11.0.5:81": ["127.10.1.20:9000"] },
  ],
  [
    "pods may resolve a named target port differently: their slices add up",
    "node-a",
    [web],
    [
      sliceOf("web", { endpoints: [endpointOf("127.10.1.20")] }, "1"),
      sliceOf("web", { endpoints: [endpointOf("127.10.1.21")], ports: [{ ...port, port: 3001 }] }, "2"),
    ],
    { "127.10.1.10:30080": ["127.10.1.20:3000", "127.10.1.21:3001"] },
  ],
  [
    "an endpoint in two slices counts once",
    "node-a",
    [web],
    [sliceOf("web", { endpoints: [endpointOf("127.10.1.20")] }, "1"), sliceOf("web", { endpoints: [endpointOf("127.10.1.20")] }, "2")],
    { "127.10.1.10:30080": ["127.10.1.20:3000"] },
  ],
  [
    "only ready endpoints count while there is one in any slice",
    "node-a",
    [web],
    [
      sliceOf("web", { endpoints: [endpointOf("127.10.1.20", { ready: false, serving: true, terminating: true })] }, "1"),
      sliceOf("web", { endpoints: [endpointOf("127.10.1.21"), endpointOf("127.10.1.22", { ready: false })] }, "2"),
    ],
    { "127.10.1.10:30080": ["127.10.1.21:3000"] },
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
    { "127.10.1.10:30080": ["127.10.1.20:3000"] },
  ],
  ["slices of other address families do not count", "node-a", [web], [{ ...ready, addressType: "IPv6" }], { "127.10.1.10:30080": [] }],
])("%s", (_name, process, services, slices, expected) => expect(compile(process, services, slices)).toEqual(expected));

test("the revision is that of the newest object", () => {
  expect(compileTable({ name: "node-a", nodes, services: [serviceOf("web", {}, "7")], slices: [sliceOf("web", {}, "12")] }).revision).toBe(
    "12",
  );
});
