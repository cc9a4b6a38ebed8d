import type { Ingress, KubeObject, Listener, LoadBalancer, Rule, TargetGroup } from "@loopway/model";
import { addressPlan, parseOrigin } from "@loopway/model";
import { expect, test } from "vitest";
import { loadBalancerController } from "../../src/load-balancer/reconcile.ts";
import { createWorld, type World } from "../world.ts";
import { albClass, backend, ingress, nodePortService, rule, ruleLines, settledWorld } from "./objects.ts";

const web = nodePortService("web", 30_003);
const shopRules = (...paths: string[]) => ({
  rules: [
    rule(
      "shop.example.com",
      ...paths.map((path) => [path, "Prefix", backend("web")] as const).map(([a, b, c]) => [a, b, c] as [string, string, typeof c]),
    ),
  ],
});
const publicly = { scheme: "internet-facing" };
const inGroup = { "group.name": "g", ...publicly };

function start(...objects: KubeObject[]): World {
  return settledWorld([loadBalancerController], { strict: true }, web, ...objects);
}

function update(world: World, name: string, change: (stored: Ingress) => Partial<Ingress>): void {
  const stored = world.get<Ingress>("Ingress", name, "default");
  if (stored === undefined) throw new Error(`no Ingress ${name}`);
  const { resourceVersion: _resourceVersion, ...metadata } = stored.metadata;
  world.apply({ op: "update", object: { ...stored, metadata, ...change({ ...stored, metadata }) } });
  world.settle();
}

function remove(world: World, name: string): void {
  world.apply({ op: "delete", kind: "Ingress", namespace: "default", name });
  world.settle();
}

function stackKinds(world: World): Record<string, number> {
  const kinds = ["LoadBalancer", "Listener", "Rule", "TargetGroup", "TargetGroupBinding"];
  return Object.fromEntries(kinds.map((kind) => [kind, world.list(kind).length]));
}

function checksumOf(world: World): { said: string | undefined; added: string } {
  const members = [...world.list<Listener>("Listener"), ...world.list<Rule>("Rule"), ...world.list<TargetGroup>("TargetGroup")];
  const hashes = members.map(({ metadata }) => Number.parseInt(metadata.annotations?.["loopway.dev/stack-member"] ?? "0", 16));
  const [loadBalancer] = world.list<LoadBalancer>("LoadBalancer");
  const added = hashes.reduce((sum, hash) => (sum + hash) % 2 ** 32, 0);
  return { said: loadBalancer?.metadata.annotations?.["loopway.dev/stack-checksum"], added: added.toString(16).padStart(8, "0") };
}

test("an Ingress becomes a load balancer with addresses and a name, and its status says so", () => {
  const world = start(ingress("shop", shopRules("/a"), publicly));
  const [loadBalancer] = world.list<LoadBalancer>("LoadBalancer");
  expect(loadBalancer?.spec).toMatchObject({ type: "application", scheme: "internet-facing", ipAddressType: "ipv4" });
  expect(loadBalancer?.status).toMatchObject({
    dnsName: expect.stringMatching(/^k8s-default-shop-[0-9a-f]{10}-\d{10}\.us-east-1\.elb\.amazonaws\.com$/),
    canonicalHostedZoneID: "Z35SXDOTRQ7X7K",
    state: { code: "active" },
    createdTime: "2026-01-01T00:00:00Z",
  });
  const addresses = loadBalancer?.status?.availabilityZones?.map((zone) => [zone.zoneName, zone.loadBalancerAddresses[0]?.ipAddress]);
  expect(addresses).toEqual([
    ["us-east-1a", "127.12.0.1"],
    ["us-east-1b", "127.12.0.2"],
    ["us-east-1c", "127.12.0.3"],
  ]);
  expect(world.get<Ingress>("Ingress", "shop", "default")?.status).toEqual({
    loadBalancer: { ingress: [{ hostname: loadBalancer?.status?.dnsName, ports: [{ port: 80, protocol: "TCP" }] }] },
  });
  expect(world.get<Ingress>("Ingress", "shop", "default")?.metadata.finalizers).toEqual(["ingress.k8s.aws/resources"]);
  expect(world.eventsAbout("Ingress")).toEqual(["SuccessfullyReconciled: Successfully reconciled"]);
});

test("every object says which Ingress and which place in it made it", () => {
  const world = start(
    ingress("a", shopRules("/a", "/bb"), inGroup),
    ingress("b", { defaultBackend: backend("web") }, { ...inGroup, "listen-ports": '[{"HTTP":8080}]' }),
  );
  const origins = ["LoadBalancer", "Listener", "Rule", "TargetGroup", "TargetGroupBinding"].flatMap((kind) =>
    world.list(kind).map(({ metadata }) => {
      const origin = parseOrigin(metadata.annotations);
      return `${kind}: ${origin?.kind} ${origin?.namespace}/${origin?.name} ${origin?.pointer}`;
    }),
  );
  expect(origins.sort()).toEqual([
    "Listener: Ingress default/a ",
    "Listener: Ingress default/b /spec/defaultBackend",
    "LoadBalancer: Ingress default/a ",
    "Rule: Ingress default/a /spec/rules/0/http/paths/0",
    "Rule: Ingress default/a /spec/rules/0/http/paths/1",
    "TargetGroup: Ingress default/a /spec/rules/0/http/paths/1",
    "TargetGroup: Ingress default/b /spec/defaultBackend",
    "TargetGroupBinding: Ingress default/a /spec/rules/0/http/paths/1",
    "TargetGroupBinding: Ingress default/b /spec/defaultBackend",
  ]);
});

test("the members' hashes add up to the load balancer's checksum, through every change", () => {
  const world = start(ingress("shop", shopRules("/a"), publicly));
  const before = checksumOf(world);
  expect(before.said).toBe(before.added);
  update(world, "shop", () => ({ spec: shopRules("/a", "/b/c") }));
  const after = checksumOf(world);
  expect(after.said).toBe(after.added);
  expect(after.said).not.toBe(before.said);
});

test("registered targets are kept and are not part of the checksum", () => {
  const world = start(ingress("shop", shopRules("/a"), publicly));
  const before = checksumOf(world).said;
  const [group] = world.list<TargetGroup>("TargetGroup");
  if (group === undefined) throw new Error("no target group");
  world.apply({ op: "update", object: { ...group, spec: { ...group.spec, targets: [{ id: "i-1", port: 30_003 }] } } as TargetGroup });
  update(world, "shop", (stored) => ({
    metadata: { ...stored.metadata, annotations: { ...stored.metadata.annotations, "alb.ingress.kubernetes.io/healthcheck-path": "/up" } },
  }));
  const [changed] = world.list<TargetGroup>("TargetGroup");
  expect(changed?.spec).toMatchObject({ healthCheckPath: "/up", targets: [{ id: "i-1", port: 30_003 }] });
  expect(checksumOf(world).said).not.toBe(before);
  expect(checksumOf(world).said).toBe(checksumOf(world).added);
});

test("a changed path rewrites its rule and nothing else", () => {
  const world = start(ingress("shop", shopRules("/aaa", "/bb"), publicly));
  const versions = () =>
    new Map(
      ["Listener", "Rule", "TargetGroup"].flatMap((kind) =>
        world.list(kind).map(({ metadata }) => [metadata.name, metadata.resourceVersion]),
      ),
    );
  const before = versions();
  update(world, "shop", () => ({ spec: shopRules("/aaa", "/b") }));
  const changed = [...versions()]
    .filter(([name, version]) => before.get(name) !== version)
    .map(([name]) => name.split("-").slice(-2).join("-"));
  expect(changed).toEqual(["80-2"]);
});

test("deleting the Ingress removes the whole stack and frees its addresses", () => {
  const world = start(ingress("shop", shopRules("/a"), publicly));
  remove(world, "shop");
  expect(stackKinds(world)).toEqual({ LoadBalancer: 0, Listener: 0, Rule: 0, TargetGroup: 0, TargetGroupBinding: 0 });
  expect(world.get("Ingress", "shop", "default")).toBeUndefined();
  world.create(ingress("next", shopRules("/a"), publicly));
  world.settle();
  expect(world.list<LoadBalancer>("LoadBalancer")[0]?.status?.availabilityZones?.[0]?.loadBalancerAddresses).toEqual([
    { ipAddress: "127.12.0.1" },
  ]);
});

test("a group shares one load balancer; it shrinks with a member and goes with the last", () => {
  const world = start(ingress("a", shopRules("/a"), inGroup), ingress("b", shopRules("/b"), inGroup));
  expect(stackKinds(world)).toEqual({ LoadBalancer: 1, Listener: 1, Rule: 2, TargetGroup: 2, TargetGroupBinding: 2 });
  const hostnames = world.list<Ingress>("Ingress").map(({ status }) => status?.loadBalancer?.ingress?.[0]?.hostname);
  expect(new Set(hostnames).size).toBe(1);
  expect(world.get<Ingress>("Ingress", "a", "default")?.metadata.finalizers).toEqual(["group.ingress.k8s.aws/g"]);
  remove(world, "a");
  expect(ruleLines(world)).toEqual(["80 1: host shop.example.com, path /b | /b/* → b-web:80", "80 default → 404"]);
  remove(world, "b");
  expect(stackKinds(world)).toMatchObject({ LoadBalancer: 0, Rule: 0 });
});

test("an Ingress that joins a group leaves its own load balancer", () => {
  const world = start(ingress("a", shopRules("/a"), publicly));
  update(world, "a", (stored) => ({
    metadata: { ...stored.metadata, annotations: { ...stored.metadata.annotations, "alb.ingress.kubernetes.io/group.name": "g" } },
  }));
  expect(world.list<LoadBalancer>("LoadBalancer").map(({ metadata }) => metadata.name)).toEqual([expect.stringMatching(/^k8s-g-/)]);
  expect(world.get<Ingress>("Ingress", "a", "default")?.metadata.finalizers).toEqual(["group.ingress.k8s.aws/g"]);
  expect(stackKinds(world)).toEqual({ LoadBalancer: 1, Listener: 1, Rule: 1, TargetGroup: 1, TargetGroupBinding: 1 });
});

test("one broken member freezes its group as it last was; mended, the group goes on", () => {
  const world = start(ingress("a", shopRules("/a"), inGroup), ingress("b", shopRules("/b"), inGroup));
  const before = ruleLines(world);
  update(world, "b", () => ({ spec: { rules: [rule("shop.example.com", ["/b", "Prefix", backend("web", 9)])] } }));
  update(world, "a", () => ({ spec: shopRules("/changed") }));
  expect(ruleLines(world)).toEqual(before);
  const failure = "FailedBuildModel: Failed build model due to ingress: default/b: unable to find port 9 on service default/web";
  expect(world.eventsAbout("Ingress").filter((event) => event === failure)).toHaveLength(2);
  update(world, "b", () => ({ spec: shopRules("/b") }));
  expect(ruleLines(world)).toEqual([
    "80 1: host shop.example.com, path /changed | /changed/* → a-web:80",
    "80 2: host shop.example.com, path /b | /b/* → b-web:80",
    "80 default → 404",
  ]);
});

test("deleting the broken member mends the group", () => {
  const world = start(
    ingress("a", shopRules("/a"), inGroup),
    ingress("b", { rules: [rule(undefined, ["/", "Prefix", backend("web", 9)])] }, inGroup),
  );
  expect(stackKinds(world)).toMatchObject({ LoadBalancer: 0 });
  remove(world, "b");
  expect(ruleLines(world)).toEqual(["80 1: host shop.example.com, path /a | /a/* → a-web:80", "80 default → 404"]);
});

test("a Service that comes later mends its Ingress", () => {
  const world = settledWorld([loadBalancerController], { strict: true }, ingress("shop", shopRules("/a"), publicly));
  expect(ruleLines(world)[0]).toMatch(/503 Backend service does not exist$/);
  world.create(web);
  world.settle();
  expect(ruleLines(world)[0]).toMatch(/→ shop-web:80$/);
});

test("what somebody deletes or rewrites comes back", () => {
  const world = start(ingress("shop", shopRules("/a"), publicly));
  const before = ruleLines(world);
  for (const kind of ["Rule", "Listener", "TargetGroup", "LoadBalancer"]) {
    const [{ metadata } = { metadata: { name: "" } }] = world.list(kind);
    world.apply({ op: "delete", kind, namespace: "kube-system", name: metadata.name });
    world.settle();
    expect(ruleLines(world)).toEqual(before);
    expect(checksumOf(world).said).toBe(checksumOf(world).added);
  }
  const [stored] = world.list<Rule>("Rule");
  if (stored === undefined) throw new Error("no rule");
  world.apply({ op: "update", object: { ...stored, spec: { ...stored.spec, priority: 7 } } as Rule });
  world.settle();
  expect(ruleLines(world)).toEqual(before);
});

test("another scheme is another load balancer in another block", () => {
  const world = start(ingress("shop", shopRules("/a"), publicly));
  update(world, "shop", (stored) => ({ metadata: { ...stored.metadata, annotations: { "kubernetes.io/ingress.class": "alb" } } }));
  const [loadBalancer, ...others] = world.list<LoadBalancer>("LoadBalancer");
  expect(others).toEqual([]);
  expect(loadBalancer?.status?.dnsName).toMatch(/^internal-k8s-default-shop-/);
  const addresses = loadBalancer?.status?.availabilityZones?.map((zone) => zone.loadBalancerAddresses[0]?.ipAddress);
  expect(addresses).toEqual(["127.10.1.2", "127.10.2.2", "127.10.3.2"]);
  expect(stackKinds(world)).toEqual({ LoadBalancer: 1, Listener: 1, Rule: 1, TargetGroup: 1, TargetGroupBinding: 1 });
});

test("the ninth internal load balancer finds no address, says so, and gets one when another goes", () => {
  const names = Array.from({ length: 9 }, (_, index) => `internal-${index}`);
  const world = start(...names.map((name) => ingress(name, shopRules("/a"))));
  expect(world.list("LoadBalancer")).toHaveLength(8);
  expect(world.eventsAbout("Ingress").filter((event) => event.startsWith("FailedDeployModel"))).toEqual([
    "FailedDeployModel: Failed deploy model due to InvalidSubnet: Not enough IP space available in subnet-0000000000000000a. ELB requires at least 8 free IP addresses in each subnet.",
  ]);
  remove(world, "internal-3");
  expect(world.list("LoadBalancer")).toHaveLength(8);
});

test("a load-balancer-name is AWS's name; two groups cannot have one", () => {
  const named = { ...publicly, "load-balancer-name": "Shop" };
  const world = start(ingress("a", shopRules("/a"), named));
  world.create(ingress("b", shopRules("/b"), named));
  world.settle();
  expect(world.list<LoadBalancer>("LoadBalancer").map(({ metadata, spec }) => [metadata.name, spec.name])).toEqual([["shop", "Shop"]]);
  expect(world.eventsAbout("Ingress")).toContain(
    "FailedDeployModel: Failed deploy model due to DuplicateLoadBalancerName: A load balancer with the same name 'Shop' exists, but with different settings",
  );
});

test("deletion protection keeps an Ingress of its own group and its stack", () => {
  const world = start(ingress("shop", shopRules("/a"), { ...publicly, "load-balancer-attributes": "deletion_protection.enabled=true" }));
  remove(world, "shop");
  expect(stackKinds(world)).toMatchObject({ LoadBalancer: 1, Rule: 1 });
  expect(world.eventsAbout("Ingress")).toContain(
    "FailedBuildModel: Failed build model due to deletion_protection is enabled, cannot delete the ingress: shop",
  );
});

test("after a restart nothing is written again, and every address stays", () => {
  const world = start(ingress("a", shopRules("/a"), publicly), ingress("b", shopRules("/b"), publicly));
  // In an order in which every object gets the uid that it had: target groups are named after their Service's.
  const kinds = ["IngressClass", "Service", "Ingress", "LoadBalancer", "Listener", "Rule", "TargetGroup", "TargetGroupBinding"];
  const again = createWorld([loadBalancerController]);
  again.create(...kinds.flatMap((kind) => world.list(kind)));
  again.settle();
  expect(again.list("Event")).toEqual([]);
  const statuses = (of: World) => of.list<LoadBalancer>("LoadBalancer").map(({ status }) => status);
  expect(statuses(again)).toEqual(statuses(world));
});

test("another instance has other addresses", () => {
  const world = createWorld([loadBalancerController], { instance: 3 });
  world.create(albClass, web, ingress("shop", shopRules("/a"), publicly));
  world.settle();
  const [zone] = world.list<LoadBalancer>("LoadBalancer")[0]?.status?.availabilityZones ?? [];
  expect(zone?.loadBalancerAddresses).toEqual([{ ipAddress: `${addressPlan(3).publicAddresses}.0.1` }]);
});

const unclaimed: [name: string, changes: (plain: Ingress) => Ingress, says: RegExp][] = [
  ["without a class", (plain) => plain, /^WaitingForIngressClass: waiting for an ingress class/],
  [
    "of another controller's class, by annotation",
    (plain) => ({ ...plain, metadata: { ...plain.metadata, annotations: { "kubernetes.io/ingress.class": "nginx" } } }),
    /^WaitingForIngressClass: waiting for a controller of ingress class nginx/,
  ],
  [
    "of a class that does not exist",
    (plain) => ({ ...plain, spec: { ...plain.spec, ingressClassName: "none" } }),
    /^FailedLoadGroupID: failed load groupID due to invalid ingress class: ingressclasses\.networking\.k8s\.io "none" not found$/,
  ],
];

test.each(unclaimed)("an Ingress %s is built by nobody, and one Event says why", (_name, changes, says) => {
  const { metadata, ...plain } = ingress("shop", shopRules("/a"));
  const { annotations: _annotations, ...unannotated } = metadata;
  const world = start(changes({ ...plain, metadata: unannotated }));
  update(world, "shop", () => ({ spec: { ...world.get<Ingress>("Ingress", "shop", "default")?.spec, tls: [] } }));
  expect(world.eventsAbout("Ingress")).toEqual([expect.stringMatching(says)]);
  expect(stackKinds(world)).toMatchObject({ LoadBalancer: 0 });
});

test("an invalid group name is told to its Ingress", () => {
  const world = start(ingress("shop", shopRules("/a"), { "group.name": "Shop" }));
  expect(world.eventsAbout("Ingress")).toEqual([
    "FailedLoadGroupID: failed load groupID due to invalid ingress group: groupName must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  ]);
});

test("a group order out of bounds leaves the group alone", () => {
  const world = start(ingress("shop", shopRules("/a"), { "group.order": "1001" }));
  expect(world.eventsAbout("Ingress")).toEqual([
    "FailedLoadGroupID: failed load groupID due to explicit Ingress group order must be within [-1000:1000], Ingress: default/shop, order: 1001",
  ]);
});

test("an Ingress of class alb by spec.ingressClassName, or by the default class, is taken", () => {
  const { metadata, ...rest } = ingress("shop", shopRules("/a"));
  const { annotations: _annotations, ...unannotated } = metadata;
  const byName = start({ ...rest, metadata: unannotated, spec: { ...shopRules("/a"), ingressClassName: "alb" } } as Ingress);
  expect(byName.list("LoadBalancer")).toHaveLength(1);
  const byDefault = createWorld([loadBalancerController]);
  const isDefault = { "ingressclass.kubernetes.io/is-default-class": "true" };
  byDefault.create(web, { ...rest, metadata: unannotated });
  byDefault.settle();
  expect(byDefault.list("LoadBalancer")).toEqual([]);
  byDefault.create({ ...albClass, metadata: { name: "alb", annotations: isDefault } });
  byDefault.settle();
  expect(byDefault.list("LoadBalancer")).toHaveLength(1);
});
