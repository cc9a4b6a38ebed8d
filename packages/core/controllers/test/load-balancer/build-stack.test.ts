import type { Ingress, LoadBalancer, Service } from "@loopway/model";
import { describe, expect, test } from "vitest";
import { loadBalancerController } from "../../src/load-balancer/reconcile.ts";
import { service } from "../objects.ts";
import { ALB, backend, ingress, nodePortService, type Path, rule, settledWorld } from "./objects.ts";

const web = nodePortService("web", 30_003);
const clusterIp = service("plain", { clusterIP: "127.11.0.7" });
const headless = service("headless", { clusterIP: "None" });
const to = (...paths: Path[]) => ({ rules: [rule(undefined, ...paths)] });
const toWeb = to(["/", "Prefix", backend("web")]);

/** Strict: each a group of its own, and what the real controller says of it. */
const refusals: [says: string, ...ingresses: Ingress[]][] = [
  ["ingress: default/a: prefix path shouldn't contain wildcards: /a/*", ingress("a", to(["/a/*", "Prefix", backend("web")]))],
  ["ingress: default/a: exact path shouldn't contain wildcards: /a?", ingress("a", to(["/a?", "Exact", backend("web")]))],
  ["unknown pathType for path /a", ingress("a", to(["/a", "Glob", backend("web")]))],
  ["ingress: default/a: unable to find port 81 on service default/web", ingress("a", to(["/", "Prefix", backend("web", 81)]))],
  ["ingress: default/a: unable to find port admin on service default/web", ingress("a", to(["/", "Prefix", backend("web", "admin")]))],
  [
    'ingress: default/a: missing required "service" field',
    ingress("a", to(["/", "Prefix", { resource: { kind: "Bucket", name: "static" } }])),
  ],
  [
    "ingress: default/a: TargetGroup port is empty. When using Instance targets, your service be must of type 'NodePort' or 'LoadBalancer'",
    ingress("a", to(["/", "Prefix", backend("plain")])),
  ],
  ["unknown scheme: public", ingress("a", toWeb, { scheme: "public" })],
  [
    "conflicting scheme: map[internal:{} internet-facing:{}]",
    ingress("a", toWeb, { "group.name": "g", scheme: "internet-facing" }),
    ingress("b", toWeb, { "group.name": "g", scheme: "internal" }),
  ],
  [
    "load balancer name cannot be longer than 32 characters",
    ingress("a", toWeb, { "load-balancer-name": "a-name-of-thirty-three-characters" }),
  ],
  [
    "conflicting load balancer name: map[one:{} two:{}]",
    ingress("a", toWeb, { "group.name": "g", "load-balancer-name": "two" }),
    ingress("b", toWeb, { "group.name": "g", "load-balancer-name": "one" }),
  ],
  [
    "conflicting load balancer attributes idle_timeout.timeout_seconds: 30 | 60",
    ingress("a", toWeb, { "group.name": "g", "load-balancer-attributes": "idle_timeout.timeout_seconds=30" }),
    ingress("b", toWeb, { "group.name": "g", "load-balancer-attributes": "idle_timeout.timeout_seconds=60" }),
  ],
  [
    `failed to parse stringMap annotation, ${ALB}/load-balancer-attributes: idle`,
    ingress("a", toWeb, { "load-balancer-attributes": "idle" }),
  ],
  ["ingress: default/a: unknown targetType: pod", ingress("a", toWeb, { "target-type": "pod" })],
  ["ingress: default/a: backend protocol must be within [HTTP, HTTPS]: http", ingress("a", toWeb, { "backend-protocol": "http" })],
  [
    "ingress: default/a: backend protocol version must be within [HTTP1, HTTP2, GRPC]: HTTP3",
    ingress("a", toWeb, { "backend-protocol-version": "HTTP3" }),
  ],
  ["ingress: default/a: healthCheckProtocol must be within [HTTP, HTTPS]", ingress("a", toWeb, { "healthcheck-protocol": "TCP" })],
  [
    "ingress: default/a: failed to resolve healthCheckPort: unable to find port admin on service default/web",
    ingress("a", toWeb, { "healthcheck-port": "admin" }),
  ],
  [
    `ingress: default/a: failed to parse int32 annotation, ${ALB}/healthcheck-interval-seconds: 5s: strconv.ParseInt: parsing "5s": invalid syntax`,
    ingress("a", toWeb, { "healthcheck-interval-seconds": "5s" }),
  ],
  ["ingress: default/a: empty listen-ports configuration: `[]`", ingress("a", toWeb, { "listen-ports": "[]" })],
  [
    "ingress: default/a: failed to parse listen-ports configuration: `80`: json: cannot unmarshal number into Go value of type []map[string]int32",
    ingress("a", toWeb, { "listen-ports": "80" }),
  ],
  ["ingress: default/a: listen port must be within [1, 65535]: 0", ingress("a", toWeb, { "listen-ports": '[{"HTTP": 0}]' })],
  ["ingress: default/a: listen protocol must be within [HTTP, HTTPS]: http", ingress("a", toWeb, { "listen-ports": '[{"http": 80}]' })],
  [
    "multiple ingress defined default backend: [default/a default/b]",
    ingress("a", { defaultBackend: backend("web") }, { "group.name": "g" }),
    ingress("b", { defaultBackend: backend("web") }, { "group.name": "g" }),
  ],
];

describe.each(refusals)("Failed build model due to %s", (says, ...ingresses) => {
  test("every member is told, and nothing is built", () => {
    const world = settledWorld([loadBalancerController], { strict: true }, web, clusterIp, headless, ...ingresses);
    expect(world.eventsAbout("Ingress")).toEqual(ingresses.map(() => `FailedBuildModel: Failed build model due to ${says}`));
    expect(world.list<LoadBalancer>("LoadBalancer")).toEqual([]);
  });
});

test("lenient: a ClusterIP Service behind instance targets gets a nodePort, and a Warning quotes the real controller", () => {
  const world = settledWorld(
    [loadBalancerController],
    { strict: false },
    clusterIp,
    ingress("a", to(["/a/*", "Prefix", backend("plain")])),
  );
  const nodePort = world.get<Service>("Service", "plain", "default")?.spec.ports?.[0]?.nodePort;
  expect(nodePort).toBeGreaterThanOrEqual(30_000);
  expect(nodePort).toBeLessThanOrEqual(32_767);
  expect(world.eventsAbout("Ingress").sort()).toEqual([
    `NodePortAllocated: the real controller refuses this: TargetGroup port is empty. When using Instance targets, your service be must of type 'NodePort' or 'LoadBalancer'; Loopway allocated nodePort ${nodePort} to port 80 of Service default/plain, which is of type ClusterIP (write type: NodePort, or target-type: ip)`,
    "SuccessfullyReconciled: Successfully reconciled",
    "WildcardPathAccepted: the real controller refuses this: prefix path shouldn't contain wildcards: /a/*; Loopway took it as the prefix /a (write path: /a)",
  ]);
});

test("lenient: two Services never get one nodePort, and one Service keeps its own", () => {
  const plains = ["p1", "p2", "p3"].map((name) => service(name, { clusterIP: "127.11.0.7" }));
  const paths = plains.map(({ metadata: { name } }): Path => [`/${name}`, "Prefix", backend(name)]);
  const world = settledWorld(
    [loadBalancerController],
    { strict: false },
    ...plains,
    ingress("a", to(...paths)),
    ingress("b", to(...paths)),
  );
  const ports = world.list<Service>("Service").map(({ spec }) => spec.ports?.[0]?.nodePort);
  expect(new Set(ports).size).toBe(3);
  expect(ports).not.toContain(undefined);
});

test("lenient: a headless Service cannot have nodePorts, so instance targets stay refused", () => {
  const world = settledWorld([loadBalancerController], { strict: false }, headless, ingress("a", to(["/", "Prefix", backend("headless")])));
  expect(world.eventsAbout("Ingress")).toEqual([
    "FailedBuildModel: Failed build model due to ingress: default/a: TargetGroup port is empty. When using Instance targets, your service be must of type 'NodePort' or 'LoadBalancer'",
  ]);
});

test("an HTTPS listener waits: the Event says for what, and the group stays as it is", () => {
  const annotations = { "listen-ports": '[{"HTTP":80,"HTTPS":443}]', "certificate-arn": "arn:aws:acm:us-east-1:0:certificate/x" };
  const world = settledWorld([loadBalancerController], { strict: false }, web, ingress("a", toWeb, annotations));
  expect(world.eventsAbout("Ingress")).toEqual([
    expect.stringMatching(/^WaitingForTls: waiting: Ingress default\/a asks for the listener HTTPS:443; .* no certificates and no TLS yet/),
  ]);
  expect(world.list("Listener")).toEqual([]);
});

test("a certificate without listen-ports asks for HTTPS:443", () => {
  const world = settledWorld([loadBalancerController], { strict: false }, web, ingress("a", toWeb, { "certificate-arn": "arn:x" }));
  expect(world.eventsAbout("Ingress")).toEqual([expect.stringContaining("asks for the listener HTTPS:443")]);
});
