import { type KubeObject, kindNamed, kinds } from "@loopway/model";
import { expect, test } from "vitest";
import { buildTable } from "../src/table/build-table.ts";
import { deployment, ingress, service } from "./objects.ts";

const NOW = Date.parse("2026-11-21T10:00:10Z");

/** Column → cell; wide columns in parentheses. */
function row(object: object): Record<string, string | number> {
  const { kind, metadata, ...rest } = object as KubeObject;
  const dated = { ...rest, kind, metadata: { creationTimestamp: "2026-11-21T10:00:00Z", namespace: "default", ...metadata } };
  const table = buildTable(kindNamed(kind), [dated], { now: NOW, includeObject: "None" });
  const names = table.columnDefinitions.map(({ name, priority }) => (priority === 1 ? `(${name})` : name));
  return Object.fromEntries(names.map((name, index) => [name, table.rows[0]?.cells[index] ?? ""]));
}

const aws = (kind: string, spec: object, rest: object = {}) => ({ apiVersion: "", kind, metadata: { name: "x" }, spec, ...rest });
const forward = (...names: string[]) => ({
  type: "forward",
  forwardConfig: { targetGroups: names.map((name, index) => ({ targetGroupRef: { from: { name } }, weight: index + 1 })) },
});

const cases: { name: string; object: object; expected: Record<string, string | number> }[] = [
  {
    name: "a running pod",
    object: {
      kind: "Pod",
      metadata: { name: "p" },
      spec: { containers: [{ name: "a" }, { name: "b" }], nodeName: "n1" },
      status: {
        phase: "Running",
        podIP: "127.10.1.20",
        containerStatuses: [
          { name: "a", ready: true, restartCount: 2 },
          { name: "b", ready: false, restartCount: 1 },
        ],
      },
    },
    expected: {
      Name: "p",
      Ready: "1/2",
      Status: "Running",
      Restarts: 3,
      Age: "10s",
      "(IP)": "127.10.1.20",
      "(Node)": "n1",
      "(Nominated Node)": "<none>",
      "(Readiness Gates)": "<none>",
    },
  },
  {
    name: "a pod that ends, with a readiness gate",
    object: {
      kind: "Pod",
      metadata: { name: "p", deletionTimestamp: "2026-11-21T10:00:30Z" },
      spec: { containers: [{ name: "a" }], readinessGates: [{ conditionType: "target" }] },
      status: { phase: "Running", conditions: [{ type: "target", status: "True" }] },
    },
    expected: {
      Name: "p",
      Ready: "0/1",
      Status: "Terminating",
      Restarts: 0,
      Age: "10s",
      "(IP)": "<none>",
      "(Node)": "<none>",
      "(Nominated Node)": "<none>",
      "(Readiness Gates)": "1/1",
    },
  },
  {
    name: "a deployment",
    object: { ...deployment("web", { replicas: 3 }), status: { readyReplicas: 2, updatedReplicas: 3, availableReplicas: 1 } },
    expected: {
      Name: "web",
      Ready: "2/3",
      "Up-to-date": 3,
      Available: 1,
      Age: "10s",
      "(Containers)": "c",
      "(Images)": "stub",
      "(Selector)": "app=web",
    },
  },
  {
    name: "a NodePort service",
    object: service("web", {
      type: "NodePort",
      clusterIP: "127.11.0.1",
      ports: [
        { port: 80, nodePort: 30080 },
        { port: 53, protocol: "UDP" },
      ],
    }),
    expected: {
      Name: "web",
      Type: "NodePort",
      "Cluster-IP": "127.11.0.1",
      "External-IP": "<none>",
      "Port(s)": "80:30080/TCP,53/UDP",
      Age: "10s",
      "(Selector)": "app=web",
    },
  },
  {
    name: "a LoadBalancer service that waits",
    object: service("web", { type: "LoadBalancer" }),
    expected: {
      Name: "web",
      Type: "LoadBalancer",
      "Cluster-IP": "<none>",
      "External-IP": "<pending>",
      "Port(s)": "80/TCP",
      Age: "10s",
      "(Selector)": "app=web",
    },
  },
  {
    name: "an ingress",
    object: { ...ingress("web", {}, { tls: [{}] }), status: { loadBalancer: { ingress: [{ hostname: "lb.example.com" }] } } },
    expected: { Name: "web", Class: "none", Hosts: "api.example.com", Address: "lb.example.com", Ports: "80, 443", Age: "10s" },
  },
  {
    name: "an endpoint slice with many endpoints",
    object: {
      kind: "EndpointSlice",
      metadata: { name: "e" },
      addressType: "IPv4",
      ports: [{ port: 8080 }],
      endpoints: ["1", "2", "3", "4", "5"].map((address) => ({ addresses: [address] })),
    },
    expected: { Name: "e", AddressType: "IPv4", Ports: "8080", Endpoints: "1,2,3 + 2 more...", Age: "10s" },
  },
  {
    name: "a rule",
    object: aws("Rule", {
      priority: 7,
      conditions: [
        { field: "host-header", hostHeaderConfig: { values: ["a.example.com"] } },
        { field: "path-pattern", pathPatternConfig: { values: ["/v1", "/v1/*"] } },
        { field: "query-string", queryStringConfig: { values: [{ key: "a", value: "b" }] } },
      ],
      actions: [forward("blue", "green")],
    }),
    expected: {
      Name: "x",
      Priority: 7,
      Conditions: "host-header a.example.com && path-pattern /v1|/v1/* && query-string a=b",
      Action: "forward blue:1,green:2",
      Age: "10s",
      "(Origin)": "<none>",
    },
  },
  {
    name: "a target group",
    object: aws(
      "TargetGroup",
      {
        targetType: "ip",
        protocol: "HTTP",
        port: 80,
        targets: [
          { id: "127.10.1.20", port: 8080 },
          { id: "127.10.2.20", port: 8080 },
        ],
      },
      { status: { targetHealthDescriptions: [{ targetHealth: { state: "healthy" } }, { targetHealth: { state: "initial" } }] } },
    ),
    expected: {
      Name: "x",
      "Target-Type": "ip",
      Protocol: "HTTP",
      Port: 80,
      Healthy: "1/2",
      Age: "10s",
      "(Targets)": "127.10.1.20:8080,127.10.2.20:8080",
      "(Origin)": "<none>",
    },
  },
  {
    name: "an alias record",
    object: aws("RecordSet", {
      name: "api.example.com.",
      recordType: "A",
      aliasTarget: { dnsName: "lb.example.com" },
      hostedZoneRef: { from: { name: "z" } },
    }),
    expected: {
      Name: "x",
      Record: "api.example.com.",
      Type: "A",
      TTL: "",
      Value: "alias lb.example.com",
      Age: "10s",
      "(Hosted-Zone)": "z",
    },
  },
];

test.each(cases)("$name", ({ object, expected }) => {
  expect(row(object)).toEqual(expected);
});

test("every kind has columns of its own", () => {
  const plain = kinds.filter((kind) => buildTable(kind, [], { now: NOW, includeObject: "None" }).columnDefinitions.length <= 2);
  expect(plain.map(({ kind }) => kind)).toEqual(["IngressClassParams", "Certificate"]);
});
