import type { Pod } from "@loopway/model";
import fc from "fast-check";
import { expect, test } from "vitest";
import { rankForDeletion } from "../../src/replica-set/rank-pods.ts";

const NOW = Date.parse("2026-01-01T12:00:00Z");
const ago = (seconds: number) => new Date(NOW - seconds * 1000).toISOString();

interface Shape {
  node?: string;
  phase?: "Pending" | "Running";
  /** Seconds since it became ready; absent: not ready. */
  ready?: number;
  cost?: string;
  restarts?: number;
  /** Seconds since its creation. */
  age?: number;
}

function pod(name: string, { node = "node-a", phase = "Running", ready, cost, restarts = 0, age = 3600 }: Shape): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      uid: `uid-${name}`,
      creationTimestamp: ago(age),
      ...(cost === undefined ? {} : { annotations: { "controller.kubernetes.io/pod-deletion-cost": cost } }),
    },
    spec: { containers: [], nodeName: node },
    status: {
      phase,
      containerStatuses: [{ name: "app", ready: ready !== undefined, restartCount: restarts }],
      conditions: ready === undefined ? [] : [{ type: "Ready", status: "True", lastTransitionTime: ago(ready) }],
    },
  };
}

/** `first` is expected to be deleted before `second`; what the earlier rules look at favours `second` nowhere. */
const cases: [name: string, first: Shape, second: Shape][] = [
  ["1 without a node before with one, though ready", { node: "", ready: 60 }, { phase: "Pending" }],
  ["2 Pending before Running", { phase: "Pending", ready: 60 }, {}],
  ["3 not ready before ready, whatever the cost", { cost: "100" }, { ready: 60 }],
  ["4 the lower deletion cost, whatever the time", { ready: 3000, cost: "-1" }, { ready: 1 }],
  ["4 a cost that is no number counts as 0", { ready: 60, cost: "-1" }, { ready: 1, cost: "cheap" }],
  ["6 ready for a shorter time", { ready: 10, age: 7200 }, { ready: 3000, restarts: 5 }],
  ["7 more restarts", { restarts: 2, age: 7200 }, { restarts: 1, age: 60 }],
  ["8 created later", { age: 60 }, { age: 7200 }],
];

test.each(cases)("%s", (_, first, second) => {
  const pods = [pod("b", second), pod("a", first)];
  expect(rankForDeletion(pods, pods, NOW).map(({ metadata }) => metadata.name)).toEqual(["a", "b"]);
  expect(rankForDeletion([...pods].reverse(), pods, NOW).map(({ metadata }) => metadata.name)).toEqual(["a", "b"]);
});

test("5 on the node with more pods of the same owner", () => {
  const pods = [pod("a", { node: "node-a", ready: 1 }), pod("b", { node: "node-b", ready: 3000 })];
  const related = [...pods, pod("c", { node: "node-b", ready: 3000 })];
  expect(rankForDeletion(pods, related, NOW).map(({ metadata }) => metadata.name)).toEqual(["b", "a"]);
});

test("times of the same order of magnitude are equal: the uid decides", () => {
  const pods = [pod("b", { ready: 3500 }), pod("a", { ready: 3600 })];
  expect(rankForDeletion(pods, pods, NOW).map(({ metadata }) => metadata.name)).toEqual(["a", "b"]);
});

test("a ready pod never goes while one that is not ready stays on the same footing", () => {
  const shapes = fc.array(
    fc.record({
      node: fc.constantFrom("node-a", "node-b"),
      ready: fc.option(fc.nat(5000), { nil: undefined }),
      restarts: fc.nat(3),
      age: fc.nat(9000),
    }),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(shapes, (given) => {
      const pods = given.map(({ ready, ...rest }, index) => pod(`p${index}`, ready === undefined ? rest : { ...rest, ready }));
      const ranked = rankForDeletion(pods, pods, NOW).map(({ status }) => (status?.conditions ?? []).length > 0);
      expect(ranked).toEqual([...ranked].sort((left, right) => Number(left) - Number(right)));
    }),
    { seed: 1 },
  );
});
