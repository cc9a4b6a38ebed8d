import type { Job, Pod } from "@loopway/model";
import { expect, test } from "vitest";
import { jobController } from "../../src/job/reconcile.ts";
import { NAMESPACE } from "../objects.ts";
import { createWorld, type World } from "../world.ts";

const job = (spec: Partial<Job["spec"]>, restartPolicy: "Never" | "OnFailure" = "Never"): Job => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name: "migrate", namespace: NAMESPACE },
  spec: { template: { spec: { restartPolicy, containers: [{ name: "app", image: "app:1" }] } }, ...spec },
});
const started = (subject: Job): World => {
  const world = createWorld([jobController]);
  world.create(subject);
  world.settle();
  return world;
};
const pods = (world: World) => world.list<Pod>("Pod", NAMESPACE);
const active = (world: World) => pods(world).filter(({ status }) => status?.phase === "Pending");
const end = (world: World, phase: "Succeeded" | "Failed", pod = active(world)[0]) => {
  if (pod === undefined) throw new Error("no pod is active");
  const { resourceVersion: _, ...metadata } = pod.metadata;
  const finishedAt = new Date(world.now).toISOString();
  const containerStatuses = [{ name: "app", ready: false, restartCount: 0, state: { terminated: { finishedAt } } }];
  world.apply({ op: "updateStatus", object: { ...pod, metadata, status: { phase, containerStatuses } } as Pod });
  world.settle();
};
const statusOf = (world: World) => world.get<Job>("Job", "migrate", NAMESPACE)?.status;
const condition = (world: World) => statusOf(world)?.conditions?.map(({ type, reason }) => `${type}: ${reason}`);

test("one pod that succeeds completes it", () => {
  const world = started(job({ completions: 1 }));
  expect(pods(world)[0]?.metadata.labels).toMatchObject({ "job-name": "migrate", "batch.kubernetes.io/job-name": "migrate" });
  end(world, "Succeeded");
  expect(statusOf(world)).toMatchObject({ succeeded: 1, completionTime: "2026-01-01T00:00:00Z" });
  expect(condition(world)).toEqual(["Complete: CompletionsReached"]);
  expect(pods(world)).toHaveLength(1);
});

test("completions and parallelism: so many in all, so many at a time", () => {
  const world = started(job({ completions: 5, parallelism: 2 }));
  const seen: number[] = [];
  while (condition(world) === undefined) {
    seen.push(active(world).length);
    end(world, "Succeeded");
  }
  expect(seen).toEqual([2, 2, 2, 2, 1]);
});

test("without completions one success ends it when the others have ended", () => {
  const world = started(job({ parallelism: 3 }));
  end(world, "Succeeded");
  expect(active(world)).toHaveLength(2);
  end(world, "Succeeded");
  end(world, "Succeeded");
  expect(condition(world)).toEqual(["Complete: CompletionsReached"]);
});

test("a pod that fails is replaced after 10 s, then 20 s, until there were more than backoffLimit", () => {
  const world = started(job({ completions: 1, backoffLimit: 2 }));
  const waits: number[] = [];
  for (let failure = 0; failure < 2; failure++) {
    const before = world.now;
    end(world, "Failed");
    expect(active(world)).toHaveLength(0);
    world.advance();
    waits.push((world.now - before) / 1000);
  }
  expect(waits).toEqual([10, 20]);
  end(world, "Failed");
  expect(condition(world)).toEqual(["Failed: BackoffLimitExceeded"]);
  expect(world.eventsAbout("Job")).toContain("BackoffLimitExceeded: Job has reached the specified backoff limit");
});

test("activeDeadlineSeconds ends it and its pods", () => {
  const world = started(job({ completions: 1, activeDeadlineSeconds: 30 }));
  world.advance();
  expect(condition(world)).toEqual(["Failed: DeadlineExceeded"]);
  expect(active(world)).toHaveLength(0);
});

test("a suspended one has no pods", () => expect(pods(started(job({ suspend: true })))).toHaveLength(0));
