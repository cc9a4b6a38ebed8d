import type { Node, Pod, Taint, Toleration } from "@loopway/model";
import { describe, expect, test } from "vitest";
import { evictAtMs } from "../../src/node-lifecycle/evict-at.ts";
import { nodeTaints } from "../../src/node-lifecycle/node-taints.ts";
import { nodeLifecycleController } from "../../src/node-lifecycle/reconcile.ts";
import { node, runPod } from "../objects.ts";
import { createWorld, type World } from "../world.ts";

const NOW = Date.parse("2026-01-01T00:00:00Z");
const unreachable: Taint = { key: "node.kubernetes.io/unreachable", effect: "NoExecute", timeAdded: "2026-01-01T00:00:00Z" };
const withReady = (status: "True" | "False" | "Unknown", spec: Node["spec"] = {}): Node => ({
  ...node("node-a", "a"),
  spec,
  status: { conditions: [{ type: "Ready", status }] },
});

describe("taints of a node", () => {
  const keys = (subject: Node) => nodeTaints(subject, NOW).map(({ key, effect }) => `${key}:${effect}`);
  test.each([
    { name: "a ready one has none", subject: withReady("True"), expected: [] },
    {
      name: "one that is not ready",
      subject: withReady("False"),
      expected: ["node.kubernetes.io/not-ready:NoSchedule", "node.kubernetes.io/not-ready:NoExecute"],
    },
    {
      name: "one whose kubelet is silent",
      subject: withReady("Unknown"),
      expected: ["node.kubernetes.io/unreachable:NoSchedule", "node.kubernetes.io/unreachable:NoExecute"],
    },
    {
      name: "a cordoned one",
      subject: withReady("True", { unschedulable: true }),
      expected: ["node.kubernetes.io/unschedulable:NoSchedule"],
    },
    {
      name: "one that is back loses ours and keeps the user's",
      subject: withReady("True", { taints: [unreachable, { key: "gpu", effect: "NoSchedule" }] }),
      expected: ["gpu:NoSchedule"],
    },
  ])("$name", ({ subject, expected }) => expect(keys(subject)).toEqual(expected));

  test("one that stays keeps its time", () => {
    const taints = nodeTaints(withReady("Unknown", { taints: [unreachable] }), NOW + 60_000);
    expect(taints.find(({ effect }) => effect === "NoExecute")?.timeAdded).toBe("2026-01-01T00:00:00Z");
  });
});

describe("when a pod has to leave", () => {
  const gpu: Taint = { ...unreachable, key: "gpu", value: "yes" };
  const at = (tolerations: Toleration[], ...taints: Taint[]) => {
    const pod: Pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, spec: { containers: [], tolerations } };
    const leaveAtMs = evictAtMs(pod, taints, 300_000);
    return leaveAtMs === undefined ? undefined : (leaveAtMs - NOW) / 1000;
  };
  const tolerate = (key: string, tolerationSeconds?: number): Toleration => ({
    key,
    operator: "Exists",
    effect: "NoExecute",
    ...(tolerationSeconds === undefined ? {} : { tolerationSeconds }),
  });
  test.each([
    { name: "no NoExecute taint: never", seconds: at([], { ...gpu, effect: "NoSchedule" }), expected: undefined },
    { name: "a taint that it does not tolerate: at once", seconds: at([], gpu), expected: 0 },
    { name: "an unreachable node, nothing said: after 300 s", seconds: at([], unreachable), expected: 300 },
    { name: "its own tolerationSeconds", seconds: at([tolerate(unreachable.key, 20)], unreachable), expected: 20 },
    { name: "tolerated for ever", seconds: at([tolerate(unreachable.key)], unreachable), expected: undefined },
    {
      name: "the shortest of two",
      seconds: at([tolerate(unreachable.key, 50), { operator: "Exists", tolerationSeconds: 5 }], unreachable),
      expected: 5,
    },
    { name: "any one taint is enough", seconds: at([tolerate("gpu")], gpu, unreachable), expected: 300 },
    { name: "negative seconds: at once", seconds: at([tolerate("gpu", -1)], gpu), expected: 0 },
  ])("$name", ({ seconds, expected }) => expect(seconds).toBe(expected));
});

describe("a node that is lost", () => {
  const lose = (world: World, status: "Unknown" | "True") => {
    const current = world.get<Node>("Node", "node-a");
    if (current === undefined) throw new Error("no node");
    const { resourceVersion: _, ...metadata } = current.metadata;
    world.apply({ op: "updateStatus", object: { ...current, metadata, status: { conditions: [{ type: "Ready", status }] } } as Node });
  };
  const started = () => {
    const world = createWorld([nodeLifecycleController]);
    const pod: Pod = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "web", namespace: "default" },
      spec: { containers: [{ name: "web" }], nodeName: "node-a" },
    };
    world.create(node("node-a", "a"), pod);
    runPod(world, world.get<Pod>("Pod", "web", "default") as Pod, true);
    world.settle();
    return world;
  };
  const pod = (world: World) => world.get<Pod>("Pod", "web", "default");

  test("its pods are not ready at once, and marked for deletion after 300 s", () => {
    const world = started();
    lose(world, "Unknown");
    world.settle();
    expect(pod(world)?.status?.conditions?.find(({ type }) => type === "Ready")?.status).toBe("False");
    expect(pod(world)?.metadata.deletionTimestamp).toBeUndefined();
    const before = world.now;
    world.advance();
    expect((world.now - before) / 1000).toBe(300);
    expect(pod(world)?.metadata.deletionTimestamp).toBeDefined();
    expect(world.eventsAbout("Pod")).toEqual(["TaintManagerEviction: Marking for deletion Pod default/web"]);
  });

  test("one that comes back in time keeps its pods", () => {
    const world = started();
    lose(world, "Unknown");
    world.settle();
    lose(world, "True");
    world.settle();
    expect(world.get<Node>("Node", "node-a")?.spec?.taints).toBeUndefined();
    while (world.advance());
    expect(pod(world)?.metadata.deletionTimestamp).toBeUndefined();
  });
});
