import { type ElasticIPAddress, type LoadBalancer, loadBalancerAddresses, type Pod, type Service } from "@loopway/model";
import { expect, test } from "vitest";
import { networkLoadBalancerController } from "../../src/network-load-balancer/reconcile.ts";
import { serviceController } from "../../src/service/reconcile.ts";
import { node, service } from "../objects.ts";
import { createWorld, type World } from "../world.ts";

const PREFIX = "service.beta.kubernetes.io/aws-load-balancer-";

function network(name: string, annotations: Record<string, string>): Service {
  const plain = service(name, { type: "LoadBalancer", loadBalancerClass: "service.k8s.aws/nlb" });
  const own = Object.entries(annotations).map(([suffix, value]) => [PREFIX + suffix, value]);
  return { ...plain, metadata: { ...plain.metadata, annotations: Object.fromEntries(own) } };
}

const publicly = (...allocations: string[]) => ({ scheme: "internet-facing", "eip-allocations": allocations.join() });
const privately = (...addresses: string[]) => ({ "private-ipv4-addresses": addresses.join() });
const IN_B_AND_C = { subnets: "subnet-0000000000000000b,subnet-0000000000000000c" };

function start(...services: Service[]): World {
  const world = createWorld([serviceController, networkLoadBalancerController]);
  const web: Pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", namespace: "default" },
    spec: { containers: [] },
    status: { podIP: "127.10.1.20" },
  };
  const address = { type: "InternalIP", address: "127.10.1.10" };
  world.create({ ...node("node-a", "us-east-1a"), status: { addresses: [address] } }, web);
  for (const one of services) {
    world.create(one);
    world.settle();
  }
  return world;
}

/** Of the Service, by zone. */
function addressesOf(world: World, name: string): string[] {
  const isOwn = ({ spec }: LoadBalancer) => spec.tags?.some(({ value }) => value === `default/${name}`) === true;
  return loadBalancerAddresses(world.list<LoadBalancer>("LoadBalancer").find(isOwn));
}

function change(world: World, name: string, annotations: Record<string, string>): void {
  const stored = world.get<Service>("Service", name, "default");
  if (stored === undefined) throw new Error(`no Service ${name}`);
  const { resourceVersion: _, ...metadata } = stored.metadata;
  const own = Object.entries(annotations).map(([suffix, value]) => [PREFIX + suffix, value]);
  world.apply({
    op: "update",
    object: { ...stored, metadata: { ...metadata, annotations: { ...metadata.annotations, ...Object.fromEntries(own) } } },
  });
  world.settle();
}

function remove(world: World, name: string): void {
  world.apply({ op: "delete", kind: "Service", namespace: "default", name });
  world.settle();
}

const elasticIPs = (world: World) =>
  Object.fromEntries(world.list<ElasticIPAddress>("ElasticIPAddress").map(({ metadata, status }) => [metadata.name, status?.publicIP]));

test("private addresses are the load balancer's, each in the subnet that it lies in", () =>
  expect(addressesOf(start(network("edge", privately("127.10.3.9", "127.10.1.200", "127.10.2.7"))), "edge")).toEqual([
    "127.10.1.200",
    "127.10.2.7",
    "127.10.3.9",
  ]));

test("a private address that somebody else has is refused, until it is free", () => {
  const wanted = privately("127.10.1.7", "127.10.2.7", "127.10.3.7");
  const world = start(network("first", wanted), network("second", wanted));
  expect(world.eventsAbout("Service")).toContain(
    "FailedDeployModel: Failed deploy model due to InvalidIPAddress.InUse: Address 127.10.1.7 is in use.",
  );
  expect(addressesOf(world, "second")).toEqual([]);
  remove(world, "first");
  expect(addressesOf(world, "second")).toEqual(["127.10.1.7", "127.10.2.7", "127.10.3.7"]);
});

test.each([
  ["pod's", "127.10.1.20"],
  ["node's", "127.10.1.10"],
])("a %s address is in use", (_name, address) =>
  expect(start(network("edge", privately(address, "127.10.2.7", "127.10.3.7"))).eventsAbout("Service")).toContain(
    `FailedDeployModel: Failed deploy model due to InvalidIPAddress.InUse: Address ${address} is in use.`,
  ),
);

test("private addresses of an account that is not ours to see are any of ours", () => {
  const world = start(network("edge", { subnets: "subnet-mine1,subnet-mine2", ...privately("10.0.1.10", "10.0.2.10") }));
  expect(addressesOf(world, "edge")).toEqual(["127.10.1.2", "127.10.2.2"]);
});

test("an elastic IP is one public address, the same for whoever has it later, and nobody gets it by chance", () => {
  const world = start(network("first", { ...IN_B_AND_C, ...publicly("eipalloc-1", "eipalloc-2") }));
  const [b = "", c = ""] = addressesOf(world, "first");
  expect(elasticIPs(world)).toEqual({ "eipalloc-1": b, "eipalloc-2": c });
  remove(world, "first");
  expect(elasticIPs(world)).toEqual({ "eipalloc-1": b, "eipalloc-2": c });
  for (const subject of [
    network("other", { scheme: "internet-facing" }),
    network("second", { ...IN_B_AND_C, ...publicly("eipalloc-2", "eipalloc-1") }),
  ]) {
    world.create(subject);
    world.settle();
  }
  expect(addressesOf(world, "second")).toEqual([c, b]);
  expect(addressesOf(world, "other").filter((address) => [b, c].includes(address))).toEqual([]);
});

test.each([
  ["another load balancer's", { ...IN_B_AND_C, ...publicly("eipalloc-3", "eipalloc-1") }],
  ["one that is named twice", { ...IN_B_AND_C, ...publicly("eipalloc-1", "eipalloc-1") }],
])("an elastic IP that is %s is not available", (_name, annotations) => {
  const world = start(network("first", { ...IN_B_AND_C, ...publicly("eipalloc-1", "eipalloc-2") }), network("second", annotations));
  expect(world.eventsAbout("Service")).toContain(
    "FailedDeployModel: Failed deploy model due to ResourceInUse: The allocation IDs are not available for use",
  );
  expect(Object.keys(elasticIPs(world))).toEqual(["eipalloc-1", "eipalloc-2"]);
});

test("one elastic IP for two subnets is not available, new as it is", () =>
  expect(start(network("edge", { ...IN_B_AND_C, ...publicly("eipalloc-1", "eipalloc-1") })).eventsAbout("Service")).toContain(
    "FailedDeployModel: Failed deploy model due to ResourceInUse: The allocation IDs are not available for use",
  ));

test("what is no allocation id is not found", () =>
  expect(start(network("edge", { ...IN_B_AND_C, ...publicly("eipalloc-1", "EIP 2") })).eventsAbout("Service")).toContain(
    "FailedDeployModel: Failed deploy model due to AllocationIdNotFound: The allocation ID 'EIP 2' does not exist",
  ));

test("an ElasticIPAddress that the user made gets its address when it is first used", () => {
  const world = createWorld([serviceController, networkLoadBalancerController]);
  const mine: ElasticIPAddress = {
    apiVersion: "ec2.services.k8s.aws/v1alpha1",
    kind: "ElasticIPAddress",
    metadata: { name: "eipalloc-1", namespace: "kube-system" },
    spec: { tags: [{ key: "team", value: "edge" }] },
  };
  world.create(mine, network("edge", { subnets: "subnet-0000000000000000b", ...publicly("eipalloc-1") }));
  world.settle();
  expect(elasticIPs(world)).toEqual({ "eipalloc-1": addressesOf(world, "edge")[0] });
  expect(world.get<ElasticIPAddress>("ElasticIPAddress", "eipalloc-1", "kube-system")?.spec.tags).toHaveLength(1);
});

test("addresses stay through a change of the Service: of what it asks for later, as the controller moves none, and of its zones", () => {
  const world = start(network("edge", { subnets: "subnet-0000000000000000b", scheme: "internet-facing" }));
  const before = addressesOf(world, "edge");
  change(world, "edge", { "eip-allocations": "eipalloc-1" });
  expect(addressesOf(world, "edge")).toEqual(before);
  change(world, "edge", { ...IN_B_AND_C, "eip-allocations": "eipalloc-1,eipalloc-2" });
  const [b, c] = addressesOf(world, "edge");
  expect([b, elasticIPs(world)]).toEqual([before[0], { "eipalloc-2": c }]);
});
