import type { Pod, PodDisruptionBudget } from "@loopway/model";
import { describe, expect, test } from "vitest";
import { deploymentController } from "../../src/deployment/reconcile.ts";
import { checkEviction } from "../../src/disruption/check-eviction.ts";
import { disruptionController } from "../../src/disruption/reconcile.ts";
import { replicaSetController } from "../../src/replica-set/reconcile.ts";
import { schedulerController } from "../../src/scheduler/reconcile.ts";
import { deployment, NAMESPACE, runPod, threeNodes } from "../objects.ts";
import { createWorld, type World } from "../world.ts";

type Spec = NonNullable<PodDisruptionBudget["spec"]>;

const budget = (spec: Spec, name = "web"): PodDisruptionBudget => ({
  apiVersion: "policy/v1",
  kind: "PodDisruptionBudget",
  metadata: { name, namespace: NAMESPACE },
  spec: { selector: { matchLabels: { app: "web" } }, ...spec },
});
const pods = (world: World) => world.list<Pod>("Pod", NAMESPACE);

/** A Deployment of so many pods, of which the first so many are ready. */
function running(replicas: number, ready: number, ...budgets: PodDisruptionBudget[]): World {
  const world = createWorld([deploymentController, replicaSetController, schedulerController, disruptionController]);
  world.create(...threeNodes, deployment("web", { replicas }), ...budgets);
  world.settle();
  for (const [index, pod] of pods(world).entries()) runPod(world, pod, index < ready);
  world.settle();
  return world;
}

describe("what a budget allows", () => {
  test.each<{ spec: Spec; replicas: number; ready: number; desired: number; allowed: number }>([
    { spec: { minAvailable: 2 }, replicas: 3, ready: 3, desired: 2, allowed: 1 },
    { spec: { minAvailable: 2 }, replicas: 3, ready: 2, desired: 2, allowed: 0 },
    { spec: { minAvailable: 5 }, replicas: 3, ready: 3, desired: 5, allowed: 0 },
    { spec: { minAvailable: "50%" }, replicas: 7, ready: 7, desired: 4, allowed: 3 },
    { spec: { maxUnavailable: 1 }, replicas: 3, ready: 3, desired: 2, allowed: 1 },
    { spec: { maxUnavailable: 1 }, replicas: 3, ready: 1, desired: 2, allowed: 0 },
    { spec: { maxUnavailable: "30%" }, replicas: 7, ready: 7, desired: 4, allowed: 3 },
    { spec: { maxUnavailable: 0 }, replicas: 2, ready: 2, desired: 2, allowed: 0 },
  ])("$spec of $replicas pods with $ready ready: $allowed", ({ spec, replicas, ready, desired, allowed }) => {
    const status = running(replicas, ready, budget(spec)).get<PodDisruptionBudget>("PodDisruptionBudget", "web", NAMESPACE)?.status;
    expect(status).toMatchObject({ expectedPods: replicas, currentHealthy: ready, desiredHealthy: desired, disruptionsAllowed: allowed });
    expect(status?.conditions).toMatchObject([{ type: "DisruptionAllowed", status: allowed > 0 ? "True" : "False" }]);
  });
});

describe("an eviction", () => {
  const evict = (world: World, index: number) => {
    const pod = pods(world)[index] as Pod;
    const snapshot = { get: world.get, list: (kind: string, { namespace }: { namespace?: string } = {}) => world.list(kind, namespace) };
    return checkEviction(snapshot as never, pod, world.now);
  };

  test("is granted within the budget, and refused with the API server's words beyond it", () => {
    expect(evict(running(3, 3, budget({ minAvailable: 2 })), 0)).toBeUndefined();
    expect(evict(running(2, 2, budget({ minAvailable: 2 })), 0)).toMatchObject({
      code: 429,
      reason: "TooManyRequests",
      message: "Cannot evict pod as it would violate the pod's disruption budget.",
      details: { causes: [{ reason: "DisruptionBudget", message: "The disruption budget web needs 2 healthy pods and has 2 currently" }] },
    });
  });

  test("a pod without a budget may go", () => expect(evict(running(1, 1), 0)).toBeUndefined());

  test("one that is not ready may go while enough others are", () => {
    expect(evict(running(3, 2, budget({ minAvailable: 2 })), 2)).toBeUndefined();
    expect(evict(running(3, 1, budget({ minAvailable: 2 })), 2)?.code).toBe(429);
    expect(evict(running(3, 1, budget({ minAvailable: 2, unhealthyPodEvictionPolicy: "AlwaysAllow" })), 2)).toBeUndefined();
  });

  test("two budgets over one pod are refused", () => {
    expect(evict(running(3, 3, budget({ minAvailable: 1 }), budget({ minAvailable: 1 }, "again")), 0)).toMatchObject({
      code: 500,
      message: expect.stringContaining("more than one PodDisruptionBudget"),
    });
  });
});
