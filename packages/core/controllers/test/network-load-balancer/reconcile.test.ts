import type { Listener, LoadBalancer, SecurityGroup, Service, TargetGroup, TargetGroupBinding } from "@loopway/model";
import { expect, test } from "vitest";
import { controllers } from "../../src/index.ts";
import { networkLoadBalancerController } from "../../src/network-load-balancer/reconcile.ts";
import { serviceController } from "../../src/service/reconcile.ts";
import { targetRegistrationController } from "../../src/target-registration/reconcile.ts";
import { node, service } from "../objects.ts";
import { createWorld, type World } from "../world.ts";

const NLB = { type: "LoadBalancer", loadBalancerClass: "service.k8s.aws/nlb" } as const;
const PREFIX = "service.beta.kubernetes.io/";

function annotated(annotations: Record<string, string>, spec: Partial<Service["spec"]> = NLB): Service {
  const plain = service("edge", spec);
  const own = Object.entries(annotations).map(([suffix, value]) => [PREFIX + suffix, value]);
  return { ...plain, metadata: { ...plain.metadata, annotations: Object.fromEntries(own) } };
}

function start(subject: Service): World {
  const world = createWorld([serviceController, networkLoadBalancerController, targetRegistrationController]);
  world.create({ ...node("node-a", "us-east-1a"), spec: { providerID: "aws:///us-east-1a/i-1" } }, subject);
  world.settle();
  return world;
}

const edgeOf = (world: World) => world.get<Service>("Service", "edge", "default");

test("a Service of the class gets its load balancer, listeners, target groups with targets, and its name", () => {
  const world = start(service("edge", NLB));
  const [loadBalancer] = world.list<LoadBalancer>("LoadBalancer");
  expect(loadBalancer?.spec).toMatchObject({ type: "network", scheme: "internal" });
  const { dnsName, ackResourceMetadata, canonicalHostedZoneID, availabilityZones = [] } = loadBalancer?.status ?? {};
  expect(dnsName).toMatch(/^k8s-default-edge-[0-9a-f]{10}-[0-9a-f]{16}\.elb\.us-east-1\.amazonaws\.com$/);
  expect(ackResourceMetadata?.arn).toMatch(/:loadbalancer\/net\/k8s-default-edge-[0-9a-f]{10}\/[0-9a-f]{16}$/);
  expect(canonicalHostedZoneID).toBe("Z26RNL4JYFTOTI");
  expect(availabilityZones.map(({ loadBalancerAddresses }) => loadBalancerAddresses[0]?.ipAddress)).toEqual([
    "127.10.1.2",
    "127.10.2.2",
    "127.10.3.2",
  ]);
  expect(world.list<Listener>("Listener").map(({ spec }) => `${spec.protocol}:${spec.port}`)).toEqual(["TCP:80"]);
  const nodePort = edgeOf(world)?.spec.ports?.[0]?.nodePort;
  expect(world.list<TargetGroup>("TargetGroup").map(({ spec }) => spec.targets?.map(({ port }) => port))).toEqual([[nodePort]]);
  expect(world.list<TargetGroupBinding>("TargetGroupBinding")).toHaveLength(1);
  expect(edgeOf(world)?.status?.loadBalancer).toEqual({ ingress: [{ hostname: dnsName }] });
  expect(edgeOf(world)?.metadata.finalizers).toEqual(["service.k8s.aws/resources"]);
});

test("only the subnets that are asked for get an address", () => {
  const world = start(annotated({ "aws-load-balancer-subnets": "subnet-0000000000000000b" }));
  const zones = world.list<LoadBalancer>("LoadBalancer")[0]?.status?.availabilityZones;
  expect(zones?.map(({ zoneName }) => zoneName)).toEqual(["us-east-1b"]);
});

const everybody = [{ ipProtocol: "tcp", fromPort: 80, toPort: 80, ipRanges: [{ cidrIP: "0.0.0.0/0" }] }];
const office = [{ ...everybody[0], ipRanges: [{ cidrIP: "10.0.0.0/8" }, { cidrIP: "192.0.2.1/32" }] }];
test.each<[string, Service, unknown]>([
  ["without source ranges", service("edge", NLB), everybody],
  ["with the field", service("edge", { ...NLB, loadBalancerSourceRanges: ["10.0.0.0/8", "192.0.2.1/32"] }), office],
  ["with the annotation", annotated({ "load-balancer-source-ranges": "10.0.0.0/8,192.0.2.1/32" }), office],
])("its security group is an object of the stack: %s", (_name, subject, ingressRules) => {
  const world = start(subject);
  const [loadBalancer] = world.list<LoadBalancer>("LoadBalancer");
  const [group, ...others] = world.list<SecurityGroup>("SecurityGroup");
  expect(others).toEqual([]);
  expect(loadBalancer?.spec.securityGroups?.[0]).toBe(group?.metadata.name);
  expect(group?.status?.id).toBe(group?.metadata.name);
  expect(group?.spec.ingressRules).toEqual(ingressRules);
});

test.each([
  ["names security groups", { "aws-load-balancer-security-groups": "sg-1" }],
  ["wants none", { "aws-load-balancer-disable-nlb-sg": "true" }],
])("a Service that %s makes no object of one", (_name, annotations) =>
  expect(start(annotated(annotations)).list("SecurityGroup")).toEqual([]),
);

test("a listener that is gone from the Service goes, and one that was deleted by hand comes back", () => {
  const world = start(
    service("edge", {
      ...NLB,
      ports: [
        { name: "a", port: 80 },
        { name: "b", port: 81 },
      ],
    }),
  );
  const names = () => world.list<Listener>("Listener").map(({ spec }) => spec.port);
  expect(names()).toEqual([80, 81]);
  const edge = edgeOf(world);
  if (edge === undefined) throw new Error("no Service");
  world.apply({ op: "update", object: { ...edge, spec: { ...edge.spec, ports: edge.spec.ports?.slice(0, 1) } } as Service });
  world.settle();
  expect(names()).toEqual([80]);
  const [{ metadata } = { metadata: { name: "" } }] = world.list<Listener>("Listener");
  world.apply({ op: "delete", kind: "Listener", namespace: "kube-system", name: metadata.name });
  world.settle();
  expect(names()).toEqual([80]);
});

test.each<[string, (world: World, edge: Service) => void]>([
  ["deleted", (world) => world.apply({ op: "delete", kind: "Service", namespace: "default", name: "edge" })],
  [
    "no longer of type LoadBalancer",
    (world, edge) => {
      const { loadBalancerClass: _, ...spec } = edge.spec;
      world.apply({ op: "update", object: { ...edge, spec: { ...spec, type: "ClusterIP" } } as Service });
    },
  ],
])("of a Service that is %s nothing stays", (_name, change) => {
  const world = start(service("edge", NLB));
  change(world, edgeOf(world) as Service);
  world.settle();
  for (const kind of ["LoadBalancer", "Listener", "TargetGroup", "TargetGroupBinding", "SecurityGroup"])
    expect(world.list(kind)).toEqual([]);
  expect(edgeOf(world)?.metadata.finalizers ?? []).toEqual([]);
  expect(edgeOf(world)?.status?.loadBalancer?.ingress).toBeUndefined();
});

test("a mistake is told in the controller's words, and what is stored keeps serving", () => {
  const world = start(service("edge", NLB));
  const before = world.list("LoadBalancer");
  const edge = edgeOf(world) as Service;
  const annotations = { [`${PREFIX}aws-load-balancer-scheme`]: "public" };
  world.apply({ op: "update", object: { ...edge, metadata: { ...edge.metadata, annotations } } });
  world.settle();
  expect(world.eventsAbout("Service")).toContain("FailedBuildModel: Failed build model due to unknown scheme: public");
  expect(world.list("LoadBalancer")).toEqual(before);
});

test.each<[string, Service, RegExp]>([
  [
    "of somebody else's class",
    service("edge", { type: "LoadBalancer", loadBalancerClass: "example.com/lb" }),
    /^WaitingForLoadBalancer: waiting for a load balancer: no controller takes Service default\/edge \(its class is example\.com\/lb; /,
  ],
  [
    "with a QUIC listener",
    annotated({ "aws-load-balancer-quic-enabled-ports": "80" }, { ...NLB, ports: [{ port: 80, protocol: "UDP" }] }),
    /asks for the listeners QUIC:80; this version of Loopway serves TCP, UDP, TCP_UDP, TLS only/,
  ],
])("a Service %s waits, and one Event says for what", (_name, subject, expected) => {
  const world = start(subject);
  expect(world.eventsAbout("Service")).toEqual([expect.stringMatching(expected)]);
  expect(world.list("LoadBalancer")).toEqual([]);
});

test("it is one of the region's controllers", () => expect(controllers).toContain(networkLoadBalancerController));
