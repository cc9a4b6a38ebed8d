import type { EndpointSlice, KubeObject, Node, Service, Target, TargetGroupBinding } from "@loopway/model";
import { expect, test } from "vitest";
import { buildTargets } from "../../src/target-registration/build-targets.ts";
import { readyNode } from "../load-balancer/objects.ts";
import { service } from "../objects.ts";
import { createWorld } from "../world.ts";

const web = service("web", { type: "NodePort", ports: [{ name: "http", port: 80, targetPort: 8080, nodePort: 30_080 }] });

function binding(targetType: "instance" | "ip", port: number | string = 80): TargetGroupBinding {
  return {
    apiVersion: "elbv2.k8s.aws/v1beta1",
    kind: "TargetGroupBinding",
    metadata: { name: "tg", namespace: "default" },
    spec: { targetType, targetGroupName: "tg", serviceRef: { name: "web", port } },
  };
}

type Endpoint = EndpointSlice["endpoints"][number];

function slice(name: string, ports: EndpointSlice["ports"], endpoints: Endpoint[]): EndpointSlice {
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name, namespace: "default", labels: { "kubernetes.io/service-name": "web" } },
    addressType: "IPv4",
    ports: ports ?? [],
    endpoints,
  };
}

function pod(address: string, conditions?: Endpoint["conditions"]): Endpoint {
  return { addresses: [address], targetRef: { kind: "Pod", name: `pod-${address}` }, ...(conditions === undefined ? {} : { conditions }) };
}

function targetsOf(
  of: TargetGroupBinding,
  { objects, behind = web, strict = true }: { objects: KubeObject[]; behind?: Service; strict?: boolean },
): Target[] {
  const world = createWorld([]);
  world.create(...objects);
  return buildTargets(of, behind, {
    snapshot: {
      get: (kind, namespace, name) => world.get(kind, name, namespace),
      list: (kind, options) => world.list(kind, options?.namespace),
    },
    settings: { ...world.settings, strict },
  });
}

const http = [{ name: "http", port: 8080 }];
const endpoints: [name: string, endpoint: Endpoint, isTarget: boolean][] = [
  ["a ready pod", pod("127.10.1.20", { ready: true }), true],
  ["a pod of unknown readiness", pod("127.10.1.20"), true],
  ["a pod that is not ready", pod("127.10.1.20", { ready: false }), false],
  ["a terminating pod that still serves", pod("127.10.1.20", { ready: false, serving: true, terminating: true }), false],
  ["a terminating pod of a Service that publishes unready ones", pod("127.10.1.20", { ready: true, terminating: true }), false],
  ["an address written by hand", { addresses: ["127.10.1.20"], conditions: { ready: true } }, false],
];

test.each(endpoints)("ip targets: %s", (_name, endpoint, isTarget) => {
  expect(targetsOf(binding("ip"), { objects: [slice("web-1", http, [endpoint])] })).toEqual(
    isTarget ? [{ id: "127.10.1.20", port: 8080 }] : [],
  );
});

test("ip targets come from every slice, with the port that has the Service port's name, sorted, each once", () => {
  const named = [{ name: "admin", port: 9090 }, ...http];
  const objects = [
    slice("web-1", named, [pod("127.10.3.20"), pod("127.10.1.21")]),
    slice("web-2", [{ name: "http", port: 8081 }], [pod("127.10.1.20"), pod("127.10.1.20")]),
    slice("web-3", [{ name: "admin", port: 9090 }], [pod("127.10.2.20")]),
  ];
  expect(targetsOf(binding("ip", "http"), { objects })).toEqual([
    { id: "127.10.1.20", port: 8081 },
    { id: "127.10.1.21", port: 8080 },
    { id: "127.10.3.20", port: 8080 },
  ]);
});

const labelled = (labels: Record<string, string>) => ({ metadata: { name: "node", labels } });
const tainted = (key: string) => ({ spec: { providerID: "aws:///us-east-1a/i-1", taints: [{ key, effect: "NoSchedule" }] } });
const nodes: [name: string, changes: Partial<Node>, isTarget: boolean][] = [
  ["a ready node", {}, true],
  ["a node that is not ready", { status: { conditions: [{ type: "Ready", status: "False" }] } }, false],
  ["a node of unknown readiness", { status: { conditions: [{ type: "Ready", status: "Unknown" }] } }, false],
  ["an excluded node", labelled({ "node.kubernetes.io/exclude-from-external-load-balancers": "" }), false],
  ["a control plane node", labelled({ "node-role.kubernetes.io/control-plane": "" }), false],
  ["a Fargate node", labelled({ "eks.amazonaws.com/compute-type": "fargate" }), false],
  ["a node that the autoscaler is about to delete", tainted("ToBeDeletedByClusterAutoscaler"), false],
  ["a node with another taint", tainted("dedicated"), true],
  ["a node without an instance", { spec: {} }, false],
];

test.each(nodes)("instance targets: %s", (_name, changes, isTarget) => {
  expect(targetsOf(binding("instance"), { objects: [readyNode("node", "i-1", changes)] })).toEqual(
    isTarget ? [{ id: "i-1", port: 30_080 }] : [],
  );
});

test("instance targets: only nodes that target-node-labels selects", () => {
  const selecting = binding("instance");
  selecting.spec.nodeSelector = { matchLabels: { tier: "edge" } };
  const objects = [
    readyNode("edge", "i-1", { metadata: { name: "edge", labels: { tier: "edge" } } }),
    readyNode("core", "i-2", { metadata: { name: "core", labels: { tier: "core" } } }),
  ];
  expect(targetsOf(selecting, { objects })).toEqual([{ id: "i-1", port: 30_080 }]);
});

test("a ClusterIP Service with nodePorts has instance targets only when lenient", () => {
  const behind = { ...web, spec: { ...web.spec, type: "ClusterIP" as const } };
  const objects = [readyNode("node", "i-1")];
  expect(targetsOf(binding("instance"), { objects, behind, strict: true })).toEqual([]);
  expect(targetsOf(binding("instance"), { objects, behind, strict: false })).toEqual([{ id: "i-1", port: 30_080 }]);
});

test("a Service port that does not exist has no targets", () => {
  expect(targetsOf(binding("instance", 81), { objects: [readyNode("node", "i-1")] })).toEqual([]);
});
