/** The shapes of fixtures/seeds through every controller: from Deployment and Ingress to targets and records. */
import type { Ingress, KubeObject, LoadBalancer, Pod, RecordSet, Service, TargetGroup } from "@loopway/model";
import { expect, test } from "vitest";
import { controllers } from "../src/index.ts";
import { ALB, albClass, backend, ingress, readyNode, rule, ruleLines } from "./load-balancer/objects.ts";
import { deployment, runPod, service } from "./objects.ts";
import { createWorld, type World } from "./world.ts";

const hostedZone = {
  apiVersion: "route53.services.k8s.aws/v1alpha1",
  kind: "HostedZone",
  metadata: { name: "example.com", namespace: "kube-system" },
  spec: { name: "example.com." },
};

function workload(app: string, replicas: number): KubeObject[] {
  const ports = [{ port: 8080, targetPort: 8080 }];
  return [deployment(app, { replicas }), service(`${app}-service`, { selector: { app }, ports })];
}

function seeds(annotations: Record<string, string>): KubeObject[] {
  const orders = ["/v1/order/*", "Prefix", backend("orders-service", 8080)] as const;
  const payment = ["/v1/payment/*", "Prefix", backend("payment-service", 8080)] as const;
  const spec = { rules: [rule("api.example.com", [...orders], [...payment])] };
  return [...workload("orders", 3), ...workload("payment", 2), ingress("api-ingress", spec, { scheme: "internet-facing", ...annotations })];
}

function start(...objects: KubeObject[]): World {
  const nodes = ["a", "b", "c"].map((letter) => readyNode(`node-${letter}`, `i-${letter}`));
  const world = createWorld(controllers);
  world.create(albClass, hostedZone, ...nodes, ...objects);
  world.settle();
  for (const pod of world.list<Pod>("Pod")) runPod(world, pod, true);
  world.settle();
  return world;
}

function targetsOf(world: World, resource: string): string[] {
  const groups = world.list<TargetGroup>("TargetGroup").filter(({ spec }) => spec.tags?.some(({ value }) => value === resource));
  return groups.flatMap(({ spec }) => (spec.targets ?? []).map(({ id, port }) => `${id}:${port}`));
}

test("instance mode: ClusterIP Services get nodePorts, and every node is a target", () => {
  const world = start(...seeds({}));
  expect(ruleLines(world)).toEqual([
    "80 1: host api.example.com, path /v1/payment | /v1/payment/* → api-ingress-payment-service:8080",
    "80 2: host api.example.com, path /v1/order | /v1/order/* → api-ingress-orders-service:8080",
    "80 default → 404",
  ]);
  const nodePort = world.get<Service>("Service", "orders-service", "default")?.spec.ports?.[0]?.nodePort;
  expect(targetsOf(world, "default/api-ingress-orders-service:8080")).toEqual(["i-a", "i-b", "i-c"].map((id) => `${id}:${nodePort}`));
});

test("ip mode: the pods are the targets, and they follow the Deployment", () => {
  const world = start(...seeds({ "target-type": "ip" }));
  const orders = "default/api-ingress-orders-service:8080";
  expect(targetsOf(world, orders)).toHaveLength(3);
  expect(targetsOf(world, "default/api-ingress-payment-service:8080")).toHaveLength(2);
  const stored = world.get("Deployment", "orders", "default");
  if (stored === undefined) throw new Error("no Deployment");
  world.apply({ op: "update", object: { ...stored, spec: { ...(stored.spec as object), replicas: 2 } } });
  world.settle();
  expect(targetsOf(world, orders)).toHaveLength(2);
});

test("the host points to the load balancer, and both go with the Ingress", () => {
  const world = start(...seeds({}));
  const alias = world.list<RecordSet>("RecordSet").find(({ spec }) => spec.recordType === "A");
  expect(alias?.spec).toMatchObject({
    name: "api.example.com.",
    aliasTarget: { dnsName: world.list<LoadBalancer>("LoadBalancer")[0]?.status?.dnsName },
  });
  world.apply({ op: "delete", kind: "Ingress", namespace: "default", name: "api-ingress" });
  world.settle();
  expect(world.list("LoadBalancer")).toEqual([]);
  expect(world.list("TargetGroup")).toEqual([]);
  expect(world.list("RecordSet")).toEqual([]);
});

test("the Flask app: its Service waits for a load balancer class; its Ingress for a class, then for TLS", () => {
  const annotations = {
    scheme: "internet-facing",
    "listen-ports": '[{"HTTP":80,"HTTPS":443}]',
    "certificate-arn": "arn:aws:acm:us-east-1:000000000000:certificate/x",
  };
  const { metadata, ...flask } = ingress("flask-ingress", {
    rules: [rule("flask-app.example.com", ["/", "Prefix", backend("flask-service")])],
  });
  const unclassed = {
    ...metadata,
    annotations: Object.fromEntries(Object.entries(annotations).map(([suffix, value]) => [`${ALB}/${suffix}`, value])),
  };
  const world = start(service("flask-service", { type: "LoadBalancer" }), { ...flask, metadata: unclassed });
  expect(world.eventsAbout("Ingress")).toEqual([expect.stringMatching(/^WaitingForIngressClass: /)]);
  expect(world.eventsAbout("Service")).toEqual([expect.stringMatching(/^WaitingForLoadBalancer: .*loadBalancerClass/)]);
  const stored = world.get<Ingress>("Ingress", "flask-ingress", "default");
  if (stored === undefined) throw new Error("no Ingress");
  world.apply({ op: "update", object: { ...stored, spec: { ...stored.spec, ingressClassName: "alb" } } as Ingress });
  world.settle();
  expect(world.eventsAbout("Ingress")).toContainEqual(expect.stringMatching(/^WaitingForTls: .*HTTPS:443/));
  expect(world.list("LoadBalancer")).toEqual([]);
});
