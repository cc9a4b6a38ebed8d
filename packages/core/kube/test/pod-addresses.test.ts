import type { LoadBalancer, Pod } from "@loopway/model";
import { describe, expect, test } from "vitest";
import { coolDown } from "../src/kubelet/address-cooldown.ts";
import { assignPodAddresses } from "../src/kubelet/pod-addresses.ts";
import { node, pod, snapshotOf } from "./objects.ts";

describe("addresses of pods", () => {
  const withIP = (name: string, podIP: string): Pod => ({ ...pod(name), status: { podIP } });
  const other = { ...pod("c"), spec: { ...pod("c").spec, nodeName: "unknown" } };
  test.each([
    {
      name: "are the lowest free ones of the node's range",
      pods: [pod("a"), pod("b")],
      before: {},
      expected: { a: "127.98.1.20", b: "127.98.1.21" },
    },
    {
      name: "stay what the status says",
      pods: [pod("a"), withIP("b", "127.98.1.20")],
      before: {},
      expected: { a: "127.98.1.21", b: "127.98.1.20" },
    },
    { name: "stay what was given before", pods: [pod("a")], before: { a: "127.98.1.99" }, expected: { a: "127.98.1.99" } },
    {
      name: "are not those of a process whose pod is gone",
      pods: [pod("a")],
      before: { gone: "127.98.1.20" },
      expected: { a: "127.98.1.21" },
    },
    { name: "are not given on an unknown node", pods: [other], before: {}, expected: {} },
  ])("$name", ({ pods, before, expected }) => {
    expect(Object.fromEntries(assignPodAddresses(snapshotOf(node, ...pods), new Map(Object.entries(before))))).toEqual(expected);
  });

  test("are not those that a load balancer has", () => {
    const edge: LoadBalancer = {
      apiVersion: "elbv2.services.k8s.aws/v1alpha1",
      kind: "LoadBalancer",
      metadata: { name: "edge", namespace: "kube-system" },
      spec: { name: "edge", type: "network", scheme: "internal" },
      status: { availabilityZones: [{ zoneName: "us-east-1a", loadBalancerAddresses: [{ ipAddress: "127.98.1.20" }] }] },
    };
    expect([...assignPodAddresses(snapshotOf(node, edge, pod("a")), new Map()).values()]).toEqual(["127.98.1.21"]);
  });

  const range = Array.from({ length: 235 }, (_, index) => `127.98.1.${index + 20}`);
  test.each([
    { name: "one that was just given back waits", released: ["127.98.1.20"], expected: ["127.98.1.21", "127.98.1.22"] },
    {
      name: "all but one were just given back: then the first that was",
      released: range.slice(1).reverse(),
      expected: ["127.98.1.20", "127.98.1.254"],
    },
  ])("$name", ({ released, expected }) => {
    const given = assignPodAddresses(snapshotOf(node, pod("a"), pod("b")), new Map(), {
      released: new Map(released.map((address) => [address, 0])),
    });
    expect([...given.values()]).toEqual(expected);
  });

  test.each([
    { name: "given back now", released: {}, before: ["a", "b"], after: ["a"], expected: { b: 100_000 } },
    { name: "kept by its process", released: {}, before: ["a"], after: ["a"], expected: {} },
    { name: "given back 29.999 s ago", released: { a: 70_001 }, before: [], after: [], expected: { a: 70_001 } },
    { name: "given back 30 s ago", released: { a: 70_000 }, before: [], after: [], expected: {} },
    { name: "in use again", released: { a: 99_000 }, before: [], after: ["a"], expected: {} },
  ])("cooling down: $name", ({ released, before, after, expected }) => {
    const cooling = coolDown(new Map(Object.entries(released)), { before, after, now: 100_000 });
    expect(Object.fromEntries(cooling)).toEqual(expected);
  });

  test("never collide, and 236 pods are the 235 addresses' end", () => {
    const pods = Array.from({ length: 236 }, (_, index) => pod(`p${index}`));
    const given = assignPodAddresses(snapshotOf(node, ...pods), new Map());
    expect(new Set(given.values()).size).toBe(235);
  });
});
