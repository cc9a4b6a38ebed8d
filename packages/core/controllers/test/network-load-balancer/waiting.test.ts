import type { Service } from "@loopway/model";
import { expect, test } from "vitest";
import { loadBalancerController } from "../../src/load-balancer/reconcile.ts";
import { serviceController } from "../../src/service/reconcile.ts";
import { service } from "../objects.ts";
import { createWorld } from "../world.ts";

const NLB = { type: "LoadBalancer", loadBalancerClass: "service.k8s.aws/nlb" } as const;

function eventsOf(subject: Service): string[] {
  const world = createWorld([loadBalancerController, serviceController]);
  world.create(subject);
  world.settle();
  return world.eventsAbout("Service");
}

test("a Service that the real controller takes hears which load balancer it would have, once it has its nodePorts", () => {
  expect(eventsOf(service("edge", NLB))).toEqual([
    expect.stringMatching(
      /^WaitingForLoadBalancer: waiting for a load balancer: the Load Balancer Controller would build the network load balancer k8s-default-edge-[0-9a-f]{10} \(internal, listeners TCP:80\) for Service default\/edge; /,
    ),
  ]);
});

test("one that it would refuse hears why", () => {
  const edge = service("edge", NLB);
  const annotations = { "service.beta.kubernetes.io/aws-load-balancer-scheme": "public" };
  expect(eventsOf({ ...edge, metadata: { ...edge.metadata, annotations } })).toEqual([
    expect.stringContaining("the Load Balancer Controller would refuse Service default/edge: unknown scheme: public; "),
  ]);
});
