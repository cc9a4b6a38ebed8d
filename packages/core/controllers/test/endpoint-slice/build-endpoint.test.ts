import type { Pod } from "@loopway/model";
import { describe, expect, test } from "vitest";
import { buildEndpoint, hasEndpoint } from "../../src/endpoint-slice/build-endpoint.ts";
import { node, service } from "../objects.ts";

const DELETED = { deletionTimestamp: "2026-01-01T00:00:00Z" };

function pod(ready: boolean, metadata: Partial<Pod["metadata"]> = {}, spec: Partial<Pod["spec"]> = {}): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web-1", namespace: "default", uid: "uid-1", ...metadata },
    spec: { containers: [], nodeName: "node-a", ...spec },
    status: { phase: "Running", podIP: "127.10.1.20", conditions: [{ type: "Ready", status: ready ? "True" : "False" }] },
  };
}

describe("conditions", () => {
  test.each([
    ["a ready pod", pod(true), false, { ready: true, serving: true, terminating: false }],
    ["a pod that is not ready", pod(false), false, { ready: false, serving: false, terminating: false }],
    ["a ready pod that is ending still serves", pod(true, DELETED), false, { ready: false, serving: true, terminating: true }],
    ["one that is ending and not ready", pod(false, DELETED), false, { ready: false, serving: false, terminating: true }],
    ["published though not ready", pod(false), true, { ready: true, serving: false, terminating: false }],
    ["published though ending", pod(true, DELETED), true, { ready: true, serving: true, terminating: true }],
  ])("%s", (_, given, publishNotReadyAddresses, conditions) => {
    expect(buildEndpoint(given, service("web", { publishNotReadyAddresses }), undefined).conditions).toEqual(conditions);
  });
});

test("an endpoint names its pod, node and availability zone", () => {
  expect(buildEndpoint(pod(true), service("web"), node("node-a", "us-east-1a"))).toMatchObject({
    addresses: ["127.10.1.20"],
    nodeName: "node-a",
    zone: "us-east-1a",
    targetRef: { kind: "Pod", namespace: "default", name: "web-1", uid: "uid-1" },
  });
});

test.each([
  ["with the Service as its subdomain", { hostname: "db-0", subdomain: "web" }, "db-0"],
  ["with another subdomain", { hostname: "db-0", subdomain: "other" }, undefined],
  ["without a hostname", { subdomain: "web" }, undefined],
])("the hostname of a pod %s", (_, spec, hostname) => {
  expect(buildEndpoint(pod(true, {}, spec), service("web"), undefined).hostname).toBe(hostname);
});

test.each([
  ["a running pod", pod(true), true],
  ["a pod that is ending", pod(true, DELETED), true],
  ["a pod without an address", { ...pod(true), status: { phase: "Running" as const } }, false],
  ["a pod that failed", { ...pod(true), status: { phase: "Failed" as const, podIP: "127.10.1.20" } }, false],
  ["a pod that is done", { ...pod(true), status: { phase: "Succeeded" as const, podIP: "127.10.1.20" } }, false],
])("%s: an endpoint?", (_, given, expected) => {
  expect(hasEndpoint(given)).toBe(expected);
});

const ZONE = { forZones: [{ name: "us-east-1a" }] };
test.each<[string, string | undefined, Pod, object | undefined]>([
  ["no trafficDistribution: no hints", undefined, pod(true), undefined],
  ["PreferClose: its own zone", "PreferClose", pod(true), ZONE],
  ["PreferSameZone: its own zone", "PreferSameZone", pod(true), ZONE],
  ["PreferSameNode: its node and its zone", "PreferSameNode", pod(true), { ...ZONE, forNodes: [{ name: "node-a" }] }],
  ["a pod that is not ready gets none", "PreferSameNode", pod(false), undefined],
])("%s", (_, trafficDistribution, given, hints) => {
  const spec = trafficDistribution === undefined ? {} : { trafficDistribution };
  expect(buildEndpoint(given, service("web", spec), node("node-a", "us-east-1a")).hints).toEqual(hints);
});

test("the topology-mode annotation wins over trafficDistribution", () => {
  const plain = service("web", { trafficDistribution: "PreferClose" });
  const annotated = { ...plain, metadata: { ...plain.metadata, annotations: { "service.kubernetes.io/topology-mode": "Auto" } } };
  expect(buildEndpoint(pod(true), annotated, node("node-a", "us-east-1a")).hints).toBeUndefined();
});
