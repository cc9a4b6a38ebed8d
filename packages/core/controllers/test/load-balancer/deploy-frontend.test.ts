import {
  type ElasticIPAddress,
  type HostedZone,
  type Ingress,
  type Listener,
  type LoadBalancer,
  loadBalancerAddresses,
  type RecordSet,
  type SecurityGroup,
  STACK_CHECKSUM_ANNOTATION,
  type TargetGroup,
} from "@loopway/model";
import { isWhole } from "@loopway/routing";
import { expect, test } from "vitest";
import { externalDnsController } from "../../src/external-dns/reconcile.ts";
import { loadBalancerController } from "../../src/load-balancer/reconcile.ts";
import type { World } from "../world.ts";
import { ALB, backend, ingress, nodePortService, rule, settledWorld } from "./objects.ts";

const spec = { rules: [rule("shop.example.com", ["/", "Prefix", backend("web")])] };
const enabled = { "enable-frontend-nlb": "true" };
const zone: HostedZone = {
  apiVersion: "route53.services.k8s.aws/v1alpha1",
  kind: "HostedZone",
  metadata: { name: "example.com", namespace: "kube-system" },
  spec: { name: "example.com." },
};

function start(name: string, annotations: Record<string, string>): World {
  const controllers = [loadBalancerController, externalDnsController];
  return settledWorld(controllers, { strict: true }, zone, nodePortService("web", 30_003), ingress(name, spec, annotations));
}

const stackOf = (world: World, type: "application" | "network") => {
  const loadBalancer = world.list<LoadBalancer>("LoadBalancer").find((one) => one.spec.type === type);
  const own = <T extends Listener | TargetGroup | SecurityGroup>(kind: T["kind"]) =>
    world.list<T>(kind).filter(({ metadata }) => metadata.labels?.["loopway.dev/stack"] === loadBalancer?.metadata.name);
  return {
    loadBalancer,
    listeners: own<Listener>("Listener"),
    targetGroups: own<TargetGroup>("TargetGroup"),
    securityGroups: own<SecurityGroup>("SecurityGroup"),
  };
};

test("the network load balancer is a stack of its own, whole, with addresses of its own and the load balancer as its target", () => {
  const world = start("shop", enabled);
  const [alb, nlb] = [stackOf(world, "application"), stackOf(world, "network")];
  if (nlb.loadBalancer === undefined) throw new Error("there is no network load balancer");
  expect(nlb.loadBalancer.metadata.annotations?.[STACK_CHECKSUM_ANNOTATION]).toMatch(/^[0-9a-f]{8}$/);
  expect(isWhole({ ...nlb, loadBalancer: nlb.loadBalancer, rules: [] })).toBe(true);
  expect(loadBalancerAddresses(alb.loadBalancer)).toEqual(["127.10.1.2", "127.10.2.2", "127.10.3.2"]);
  expect(loadBalancerAddresses(nlb.loadBalancer)).toEqual(["127.10.1.3", "127.10.2.3", "127.10.3.3"]);
  expect(nlb.listeners.map(({ spec }) => `${spec.protocol}:${spec.port}`)).toEqual(["TCP:80"]);
  const arn = alb.loadBalancer?.status?.ackResourceMetadata?.arn;
  expect(nlb.targetGroups.map((group) => [group.spec.targetType, group.spec.targets])).toEqual([["alb", [{ id: arn, port: 80 }]]]);
});

test("its security group, which is that of the load balancer, is an object of its stack; one that the user names is not", () => {
  const ports = { ipProtocol: "tcp", fromPort: 80, toPort: 80 };
  const { loadBalancer, securityGroups } = stackOf(start("shop", { ...enabled, "inbound-cidrs": "10.0.0.0/8" }), "network");
  expect(securityGroups.map(({ spec }) => spec.ingressRules)).toEqual([[{ ...ports, ipRanges: [{ cidrIP: "10.0.0.0/8" }] }]]);
  expect(loadBalancer?.spec.securityGroups?.[0]).toBe(securityGroups[0]?.metadata.name);
  expect(start("shop", { ...enabled, "frontend-nlb-security-groups": "sg-1" }).list("SecurityGroup")).toEqual([]);
  expect(start("shop", {}).list("SecurityGroup")).toEqual([]);
});

test("its elastic IPs are those that it names", () => {
  const own = { scheme: "internet-facing", subnets: "subnet-0000000000000000b", "eip-allocations": "eipalloc-1" };
  const prefixed = Object.fromEntries(Object.entries(own).map(([suffix, value]) => [`frontend-nlb-${suffix}`, value]));
  const world = start("shop", { ...enabled, ...prefixed });
  const [elasticIP] = world.list<ElasticIPAddress>("ElasticIPAddress");
  expect(loadBalancerAddresses(stackOf(world, "network").loadBalancer)).toEqual([elasticIP?.status?.publicIP]);
});

test("the status names the load balancer with its ports, then the one in front", () => {
  const world = start("shop", enabled);
  const [alb, nlb] = [stackOf(world, "application"), stackOf(world, "network")];
  expect(world.get<Ingress>("Ingress", "shop", "default")?.status?.loadBalancer?.ingress).toEqual([
    { hostname: alb.loadBalancer?.status?.dnsName, ports: [{ port: 80, protocol: "TCP" }] },
    { hostname: nlb.loadBalancer?.status?.dnsName },
  ]);
});

const publicly = { scheme: "internet-facing" };
test.each<[name: string, annotations: Record<string, string>, type: "application" | "network", zoneId: string]>([
  // "internal-k8s-…" comes before "k8s-…-nlb-…", digits before "nlb", but "-nlb", cut into a long name, before its digits.
  ["shop", {}, "application", "Z35SXDOTRQ7X7K"],
  ["shop", publicly, "application", "Z35SXDOTRQ7X7K"],
  ["storefront", publicly, "network", "Z26RNL4JYFTOTI"],
  ["storefront", { ...publicly, "load-balancer-name": "a-name-of-thirty-two-characters-" }, "network", "Z26RNL4JYFTOTI"],
])("of the two names the record points to the first in order: Ingress %s with %j, the %s one", (name, annotations, type, zoneId) => {
  const world = start(name, { ...enabled, ...annotations });
  const alias = world.list<RecordSet>("RecordSet").flatMap(({ spec }) => spec.aliasTarget ?? []);
  expect(alias).toMatchObject([{ dnsName: stackOf(world, type).loadBalancer?.status?.dnsName, hostedZoneID: zoneId }]);
});

test("a mapping that changes moves the target; without the annotation the stack goes", () => {
  const world = start("shop", { ...enabled, "listen-ports": '[{"HTTP":80},{"HTTP":81}]', "frontend-nlb-listener-port-mapping": "90=80" });
  const change = (annotations: Record<string, string>) => {
    const stored = world.get<Ingress>("Ingress", "shop", "default");
    if (stored === undefined) throw new Error("no Ingress");
    const { resourceVersion: _, ...metadata } = stored.metadata;
    world.apply({
      op: "update",
      object: { ...stored, metadata: { ...metadata, annotations: { ...metadata.annotations, ...annotations } } },
    });
    world.settle();
  };
  const targets = () => stackOf(world, "network").targetGroups.map(({ spec }) => [spec.port, spec.targets?.[0]?.port]);
  expect(targets()).toEqual([[90, 80]]);
  change({ [`${ALB}/frontend-nlb-listener-port-mapping`]: "90=81" });
  expect(targets()).toEqual([[90, 81]]);
  const addresses = loadBalancerAddresses(stackOf(world, "network").loadBalancer);
  expect(addresses).toHaveLength(3);
  change({ [`${ALB}/enable-frontend-nlb`]: "false" });
  expect(world.list<LoadBalancer>("LoadBalancer").map(({ spec }) => spec.type)).toEqual(["application"]);
  expect(world.list("SecurityGroup")).toEqual([]);
  expect(world.get<Ingress>("Ingress", "shop", "default")?.status?.loadBalancer?.ingress).toHaveLength(1);
});

test("nothing is said against the annotations: they are served", () =>
  expect(start("shop", { ...enabled, "frontend-nlb-healthcheck-path": "/up" }).eventsAbout("Ingress")).toEqual([
    "SuccessfullyReconciled: Successfully reconciled",
  ]));
