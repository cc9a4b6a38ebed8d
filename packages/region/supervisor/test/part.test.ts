import { assignPodAddresses } from "@loopway/kube";
import { loadBalancer, node, pod, snapshotOf } from "@loopway/kube/objects";
import type { KubeObject } from "@loopway/model";
import { describe, expect, test } from "vitest";
import { supervisorSocketName } from "../src/layout.ts";
import { kubeletObjects, type Part } from "../src/part.ts";
import { desiredProcesses } from "../src/registry.ts";

const nodeB = { ...node, metadata: { ...node.metadata, name: "node-b" } };
const onNode = (name: string, nodeName: string): KubeObject => {
  const plain = pod(name);
  return { ...plain, spec: { ...plain.spec, nodeName } } as KubeObject;
};
const objects = snapshotOf(node, nodeB, loadBalancer, onNode("a", "node-a"), onNode("b", "node-b"));

describe("what a part runs of two nodes with a pod each and a load balancer", () => {
  test.each<{ part: Part; keys: string[]; socket: string }>([
    { part: { hop: "control-plane" }, keys: ["control-plane"], socket: "supervisor.sock" },
    { part: { hop: "alb" }, keys: ["alb lb"], socket: "supervisor-alb.sock" },
    { part: { hop: "alb", name: "other" }, keys: [], socket: "supervisor-alb-other.sock" },
    { part: { hop: "kube-proxy", name: "services" }, keys: ["kube-proxy services"], socket: "supervisor-kube-proxy-services.sock" },
    { part: { hop: "edge" }, keys: ["edge"], socket: "supervisor-edge.sock" },
    { part: { node: "node-a" }, keys: ["kube-proxy node-a", "pod a"], socket: "supervisor-node-node-a.sock" },
    { part: { node: "node-b" }, keys: ["kube-proxy node-b", "pod b"], socket: "supervisor-node-node-b.sock" },
  ])("$part: $keys", ({ part, keys, socket }) => {
    const ofKubelet = assignPodAddresses(kubeletObjects(part, objects), new Map());
    expect(desiredProcesses(objects, ofKubelet, part).map(({ key }) => key)).toEqual(keys);
    expect(supervisorSocketName(part)).toBe(socket);
  });
});
