/** Rollouts as wholes: the Deployment and ReplicaSet controllers over a store, with pods that become ready in any order. */
import type { Deployment, Pod, ReplicaSet } from "@loopway/model";
import { seededRandom } from "@loopway/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { deploymentController } from "../../src/deployment/reconcile.ts";
import { replicaBounds } from "../../src/deployment/replica-bounds.ts";
import { isActive, isReady } from "../../src/pod-state.ts";
import { replicaSetController } from "../../src/replica-set/reconcile.ts";
import { deployment, NAMESPACE, runPod } from "../objects.ts";
import { createWorld, type World } from "../world.ts";

const controllers = [deploymentController, replicaSetController];

function current(world: World): Deployment {
  const found = world.get<Deployment>("Deployment", "web", NAMESPACE);
  if (found === undefined) throw new Error("the Deployment is gone");
  return found;
}

const activePods = (world: World) => world.list<Pod>("Pod").filter(isActive);

/** All pods ready, again and again until none is new. */
function finish(world: World): void {
  world.settle();
  for (let waiting = activePods(world).filter((pod) => !isReady(pod)); waiting.length > 0; ) {
    for (const pod of waiting) runPod(world, pod, true);
    world.settle();
    waiting = activePods(world).filter((pod) => !isReady(pod));
  }
}

function started(spec: Partial<Deployment["spec"]>, seed = 1): World {
  const world = createWorld(controllers, { seed });
  world.create(deployment("web", spec));
  finish(world);
  return world;
}

function change(world: World, spec: Partial<Deployment["spec"]>): void {
  const before = current(world);
  world.now += 60_000;
  world.apply({ op: "update", object: { ...before, spec: { ...before.spec, ...spec } } as Deployment });
}

const setImage = (world: World, image: string) => change(world, { template: deployment("web", {}, image).spec.template });
const imagesOf = (pods: readonly Pod[]) => [...new Set(pods.map(({ spec }) => spec.containers[0]?.image))];
const sizes = (world: World) =>
  Object.fromEntries(
    world.list<ReplicaSet>("ReplicaSet").map(({ spec }) => [spec.template.spec.containers[0]?.image, spec.replicas] as const),
  );
const condition = (world: World, type: string) => current(world).status?.conditions?.find((each) => each.type === type);

describe("the objects of a rollout", () => {
  test("one ReplicaSet named after the template hash, whose pods are named after it", () => {
    const world = started({ replicas: 2 });
    const [replicaSet] = world.list<ReplicaSet>("ReplicaSet");
    const hash = replicaSet?.metadata.labels?.["pod-template-hash"];
    expect(hash).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{1,10}$/);
    expect(replicaSet?.metadata).toMatchObject({
      name: `web-${hash}`,
      labels: { app: "web", "pod-template-hash": hash },
      ownerReferences: [{ kind: "Deployment", name: "web", controller: true, blockOwnerDeletion: true }],
    });
    expect(replicaSet?.spec.selector).toEqual({ matchLabels: { app: "web", "pod-template-hash": hash } });
    for (const pod of world.list<Pod>("Pod")) {
      expect(pod.metadata.name).toMatch(new RegExp(`^web-${hash}-[bcdfghjklmnpqrstvwxz2456789]{5}$`));
      expect(pod.metadata.labels).toEqual({ app: "web", "pod-template-hash": hash });
      expect(pod.metadata.ownerReferences).toMatchObject([{ kind: "ReplicaSet", name: replicaSet?.metadata.name, controller: true }]);
    }
  });

  test("revisions rise with each template, and a rollback brings the old ReplicaSet back under a new one", () => {
    const world = started({ replicas: 1 });
    const [first] = world.list<ReplicaSet>("ReplicaSet");
    setImage(world, "app:2");
    finish(world);
    expect(current(world).metadata.annotations?.["deployment.kubernetes.io/revision"]).toBe("2");
    setImage(world, "app:1");
    finish(world);
    const back = world.get<ReplicaSet>("ReplicaSet", first?.metadata.name ?? "", NAMESPACE);
    expect(back?.metadata.annotations).toMatchObject({
      "deployment.kubernetes.io/revision": "3",
      "deployment.kubernetes.io/revision-history": "1",
    });
    expect(current(world).metadata.annotations?.["deployment.kubernetes.io/revision"]).toBe("3");
    expect(sizes(world)).toEqual({ "app:1": 1, "app:2": 0 });
  });

  test("a change outside the template makes no new ReplicaSet", () => {
    const world = started({ replicas: 1 });
    change(world, { minReadySeconds: 5, replicas: 2 });
    finish(world);
    expect(world.list<ReplicaSet>("ReplicaSet").map(({ spec }) => [spec.replicas, spec.minReadySeconds])).toEqual([[2, 5]]);
  });

  test("old ReplicaSets beyond the history limit go, the earliest first", () => {
    const world = started({ replicas: 1, revisionHistoryLimit: 2 });
    for (const image of ["app:2", "app:3", "app:4", "app:5"]) {
      setImage(world, image);
      finish(world);
    }
    expect(sizes(world)).toEqual({ "app:3": 0, "app:4": 0, "app:5": 1 });
  });

  test("annotations of the Deployment reach its ReplicaSet, but for those that speak of the Deployment itself", () => {
    const world = createWorld(controllers);
    const annotations = { "kubernetes.io/change-cause": "first", "loopway.dev/source": "web.yaml:1" };
    const web = deployment("web");
    world.create({ ...web, metadata: { ...web.metadata, annotations } });
    world.settle();
    const [replicaSet] = world.list<ReplicaSet>("ReplicaSet");
    expect(replicaSet?.metadata.annotations).toEqual({
      "kubernetes.io/change-cause": "first",
      "deployment.kubernetes.io/revision": "1",
      "deployment.kubernetes.io/desired-replicas": "1",
      "deployment.kubernetes.io/max-replicas": "2",
    });
  });

  test("one that is deleted with a finalizer is left as it is", () => {
    const world = started({ replicas: 2 });
    const web = current(world);
    world.apply({ op: "update", object: { ...web, metadata: { ...web.metadata, finalizers: ["example.com/hold"] } } });
    world.apply({ op: "delete", kind: "Deployment", namespace: NAMESPACE, name: "web" });
    setImage(world, "app:2");
    world.settle();
    expect(sizes(world)).toEqual({ "app:1": 2 });
  });
});

describe("status", () => {
  test("follows a rollout from its first pod to its last", () => {
    const world = createWorld(controllers);
    world.create(deployment("web", { replicas: 2 }));
    world.settle();
    expect(current(world).status).toMatchObject({
      observedGeneration: 1,
      replicas: 2,
      updatedReplicas: 2,
      availableReplicas: 0,
      unavailableReplicas: 2,
    });
    expect(condition(world, "Available")).toMatchObject({ status: "False", reason: "MinimumReplicasUnavailable" });
    expect(condition(world, "Progressing")).toMatchObject({ status: "True", reason: "ReplicaSetUpdated" });
    finish(world);
    expect(current(world).status).toMatchObject({ readyReplicas: 2, availableReplicas: 2, unavailableReplicas: 0 });
    expect(condition(world, "Available")).toMatchObject({ status: "True", reason: "MinimumReplicasAvailable" });
    const [replicaSet] = world.list<ReplicaSet>("ReplicaSet");
    expect(condition(world, "Progressing")).toMatchObject({
      status: "True",
      reason: "NewReplicaSetAvailable",
      message: `ReplicaSet "${replicaSet?.metadata.name}" has successfully progressed.`,
    });
  });

  test("a rollout without progress for 600 s has exceeded its deadline, once, and recovers", () => {
    const world = started({ replicas: 2 });
    setImage(world, "app:2");
    world.settle();
    expect(world.advance()).toBe(true);
    expect(condition(world, "Progressing")).toMatchObject({ status: "False", reason: "ProgressDeadlineExceeded" });
    expect(world.advance()).toBe(false);
    finish(world);
    expect(condition(world, "Progressing")).toMatchObject({ status: "True", reason: "NewReplicaSetAvailable" });
  });

  test("without a deadline a rollout may take for ever", () => {
    const world = createWorld(controllers);
    world.create(deployment("web", { progressDeadlineSeconds: 2 ** 31 - 1 } as Partial<Deployment["spec"]>));
    world.settle();
    expect(world.advance()).toBe(false);
    expect(condition(world, "Progressing")).toMatchObject({ status: "True" });
  });

  test("losing pods after the rollout is no lack of progress", () => {
    const world = started({ replicas: 2 });
    for (const pod of activePods(world)) runPod(world, pod, false);
    world.settle();
    expect(condition(world, "Available")).toMatchObject({ status: "False" });
    expect(world.advance()).toBe(false);
    expect(condition(world, "Progressing")).toMatchObject({ reason: "NewReplicaSetAvailable" });
  });

  test("sizes are told as events", () => {
    const world = started({ replicas: 1 });
    const [first] = world.list<ReplicaSet>("ReplicaSet").map(({ metadata }) => metadata.name);
    change(world, { replicas: 3 });
    finish(world);
    expect(world.eventsAbout("Deployment").sort()).toEqual([
      `ScalingReplicaSet: Scaled up replica set ${first} from 0 to 1`,
      `ScalingReplicaSet: Scaled up replica set ${first} from 1 to 3`,
    ]);
  });
});

describe("other ways to change", () => {
  test("Recreate starts no new pod before the last old one is gone, even one that is still ending", () => {
    const world = started({ replicas: 2, strategy: { type: "Recreate" } });
    for (const pod of activePods(world))
      world.apply({ op: "update", object: { ...pod, spec: { ...pod.spec, nodeName: "node-a" } } as Pod });
    world.settle();
    setImage(world, "app:2");
    world.settle();
    expect(sizes(world)).toEqual({ "app:1": 0 });
    const [first, second] = world.list<Pod>("Pod").map(({ metadata }) => metadata.name);
    const end = (name = "") => world.apply({ op: "delete", kind: "Pod", namespace: NAMESPACE, name, force: true });
    end(first);
    world.settle();
    expect(sizes(world)).toEqual({ "app:1": 0 });
    end(second);
    world.settle();
    expect(sizes(world)).toEqual({ "app:1": 0, "app:2": 2 });
    finish(world);
    expect(imagesOf(world.list<Pod>("Pod"))).toEqual(["app:2"]);
  });

  test("a paused Deployment scales but does not roll out", () => {
    const world = started({ replicas: 2 });
    change(world, { paused: true, replicas: 3, template: deployment("web", {}, "app:2").spec.template });
    finish(world);
    expect(sizes(world)).toEqual({ "app:1": 3 });
    expect(condition(world, "Progressing")).toMatchObject({ status: "Unknown", reason: "DeploymentPaused" });
    change(world, { paused: false });
    finish(world);
    expect(condition(world, "Progressing")).toMatchObject({ status: "True", reason: "NewReplicaSetAvailable" });
    expect(sizes(world)).toEqual({ "app:1": 0, "app:2": 3 });
  });

  test("scaling in the middle of a rollout is shared out in proportion", () => {
    const world = started({ replicas: 10, strategy: { rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } } });
    setImage(world, "app:2");
    world.settle();
    // The example of the Kubernetes documentation, "Proportional scaling": 8 old and 5 new, then 15 desired.
    expect(sizes(world)).toEqual({ "app:1": 8, "app:2": 5 });
    change(world, { replicas: 15 });
    world.settle();
    expect(sizes(world)).toEqual({ "app:1": 11, "app:2": 7 });
  });

  test("a Deployment made anew at once waits for the ReplicaSet of its predecessor to go", () => {
    const world = started({ replicas: 1 });
    const [old] = world.list<ReplicaSet>("ReplicaSet");
    world.apply({ op: "delete", kind: "Deployment", namespace: NAMESPACE, name: "web" });
    world.create(deployment("web", { replicas: 1 }));
    world.settle();
    expect(world.list("ReplicaSet")).toHaveLength(1);
    world.apply({ op: "delete", kind: "ReplicaSet", namespace: NAMESPACE, name: old?.metadata.name ?? "" });
    finish(world);
    expect(world.list<ReplicaSet>("ReplicaSet").map(({ metadata }) => metadata.ownerReferences?.[0]?.uid)).toEqual([
      current(world).metadata.uid,
    ]);
  });

  test("minReadySeconds delays availability", () => {
    const world = createWorld(controllers);
    world.create(deployment("web", { replicas: 1, minReadySeconds: 30 }));
    finish(world);
    expect(current(world).status).toMatchObject({ readyReplicas: 1, availableReplicas: 0 });
    expect(world.advance()).toBe(true);
    expect(current(world).status).toMatchObject({ availableReplicas: 1 });
  });
});

const share = fc.oneof(
  fc.nat(4),
  fc.integer({ min: 0, max: 100 }).map((percent) => `${percent}%`),
);

describe("in any order of readiness", () => {
  const rollouts = fc.record({
    replicas: fc.nat(9),
    maxSurge: share,
    maxUnavailable: share,
    seed: fc.integer(),
    images: fc.constantFrom(["app:2"], ["app:2", "app:3"], ["app:2", "app:1"]),
  });

  test("a rolling update never has more pods than desired + surge nor fewer available ones than desired − unavailable", () => {
    fc.assert(
      fc.property(rollouts, ({ replicas, maxSurge, maxUnavailable, seed, images }) => {
        const world = started({ replicas, strategy: { rollingUpdate: { maxSurge, maxUnavailable } } }, seed);
        const bounds = replicaBounds(current(world));
        const random = seededRandom(seed);
        const check = () => {
          const pods = activePods(world);
          expect(pods.length).toBeLessThanOrEqual(bounds.desired + bounds.maxSurge);
          expect(pods.filter(isReady).length).toBeGreaterThanOrEqual(bounds.desired - bounds.maxUnavailable);
        };
        for (const image of images) {
          setImage(world, image);
          for (let step = 0; step < 30 * random(); step++) {
            const waiting = activePods(world).filter((pod) => !isReady(pod));
            const pod = waiting[Math.floor(random() * waiting.length)];
            if (pod !== undefined && random() < 0.5) runPod(world, pod, true);
            else world.step();
            check();
          }
        }
        for (;;) {
          while (world.step()) check();
          const waiting = activePods(world).find((pod) => !isReady(pod));
          if (waiting === undefined) break;
          runPod(world, waiting, true);
        }
        world.settle();
        expect(activePods(world)).toHaveLength(replicas);
        expect(imagesOf(activePods(world))).toEqual(replicas === 0 ? [] : images.slice(-1));
      }),
      { seed: 1, numRuns: 150 },
    );
  });

  test("whatever fails and is scaled, the number of pods asked for ends at the desired one, of one template", () => {
    const action = fc.oneof(
      fc.record({ kind: fc.constant("scale" as const), replicas: fc.nat(7) }),
      fc.record({ kind: fc.constant("image" as const), image: fc.constantFrom("app:1", "app:2", "app:3") }),
      fc.record({ kind: fc.constant("flip" as const), pod: fc.nat(20) }),
      fc.record({ kind: fc.constant("steps" as const), count: fc.nat(12) }),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 25 }), share, share, (actions, maxSurge, maxUnavailable) => {
        const world = started({ replicas: 3, strategy: { rollingUpdate: { maxSurge, maxUnavailable } } });
        for (const each of actions) {
          const pods = activePods(world);
          const pod = each.kind === "flip" ? pods[each.pod % pods.length] : undefined;
          if (each.kind === "scale") change(world, { replicas: each.replicas });
          if (each.kind === "image") setImage(world, each.image);
          if (pod !== undefined) runPod(world, pod, !isReady(pod));
          for (let step = 0; each.kind === "steps" && step < each.count; step++) world.step();
        }
        finish(world);
        const desired = current(world).spec.replicas ?? 1;
        expect(activePods(world)).toHaveLength(desired);
        expect(imagesOf(activePods(world)).length).toBeLessThanOrEqual(1);
        expect(current(world).status).toMatchObject({
          replicas: desired,
          availableReplicas: desired,
          observedGeneration: current(world).metadata.generation,
        });
        expect(condition(world, "Progressing")?.reason).toBe("NewReplicaSetAvailable");
      }),
      { seed: 1, numRuns: 100 },
    );
  });
});
