import { assignPodAddresses } from "@loopway/kube";
import { loadBalancer, node, pod, snapshotOf } from "@loopway/kube/objects";
import type { KubeObject, Pod } from "@loopway/model";
import { describe, expect, test } from "vitest";
import { desiredProcesses } from "../src/registry.ts";

const owned = (name: string, set: string): Pod => {
  const plain = pod(name);
  const ownerReferences = [{ apiVersion: "apps/v1", kind: "ReplicaSet", name: set, uid: set, controller: true }];
  return { ...plain, metadata: { ...plain.metadata, ownerReferences } };
};
const zone: KubeObject = {
  apiVersion: "route53.services.k8s.aws/v1alpha1",
  kind: "HostedZone",
  metadata: { name: "z", namespace: "kube-system" },
  spec: {},
};

const dns: KubeObject = { apiVersion: "v1", kind: "Service", metadata: { name: "kube-dns", namespace: "kube-system" }, spec: {} };

describe("what the objects call for", () => {
  const keys = (...objects: KubeObject[]) => {
    const cache = snapshotOf(...objects);
    return desiredProcesses(cache, assignPodAddresses(cache, new Map())).map(({ key }) => key);
  };
  const always = ["control-plane", "collector", "client"];
  const named = ["control-plane", "collector", "route53", "client"];
  const network = { ...loadBalancer, spec: { type: "network", name: "lb" } };
  test.each([
    { name: "nothing: the region itself and the client", objects: [], expected: always },
    {
      name: "a hosted zone: one route53, however many zones",
      objects: [zone, { ...zone, metadata: { ...zone.metadata, name: "y" } }],
      expected: named,
    },
    { name: "an application load balancer: an alb, and a route53 for its name", objects: [loadBalancer], expected: [...named, "alb lb"] },
    { name: "a network load balancer: an nlb, and a route53 for its name", objects: [network], expected: [...named, "nlb lb"] },
    {
      name: "a node: its kube-proxy, and the one of the ClusterIPs",
      objects: [node],
      expected: [...always, "kube-proxy node-a", "kube-proxy services"],
    },
    { name: "the Service of the cluster's DNS: a coredns", objects: [dns], expected: [...always, "coredns"] },
    { name: "any other Service: nothing", objects: [{ ...dns, metadata: { name: "kube-dns", namespace: "shop" } }], expected: always },
    { name: "a pod on no node: nothing", objects: [{ ...pod("a"), spec: { containers: [] } }], expected: always },
    {
      name: "a pod that is to go: nothing",
      objects: [node, pod("a", { deletionTimestamp: "2026-01-01T00:00:00Z" })],
      expected: [...always, "kube-proxy node-a", "kube-proxy services"],
    },
  ])("$name", ({ objects, expected }) => expect(keys(...objects)).toEqual(expected));

  test("one pod of each ReplicaSet starts before the second of any", () => {
    const pods = [owned("a-1", "a"), owned("a-2", "a"), owned("b-1", "b"), owned("b-2", "b")];
    expect(keys(node, ...pods).filter((key) => key.startsWith("pod"))).toEqual(["pod a-1", "pod b-1", "pod a-2", "pod b-2"]);
  });
});
