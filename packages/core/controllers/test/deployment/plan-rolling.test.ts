import type { ReplicaSet } from "@loopway/model";
import { expect, test } from "vitest";
import { currentSize, planRolling } from "../../src/deployment/plan-rolling.ts";
import { deployment } from "../objects.ts";

/** [size asked for, of them available] */
type Counts = [size: number, available: number];

function replicaSet(name: string, [replicas, availableReplicas]: Counts): ReplicaSet {
  const { selector, template } = deployment("web").spec;
  const status = { replicas, availableReplicas };
  return { apiVersion: "apps/v1", kind: "ReplicaSet", metadata: { name }, spec: { replicas, selector, template }, status };
}

const bounds = { desired: 4, maxSurge: 1, maxUnavailable: 1 };

const cases: [name: string, current: Counts, old: Counts[], expected: Record<string, number>][] = [
  ["nothing old, all there: nothing to do", [4, 4], [], {}],
  ["first the new one grows into the surge", [0, 0], [[4, 4]], { current: 1 }],
  ["then old pods go down to the minimum", [1, 0], [[4, 4]], { "old-0": 3 }],
  ["an unavailable new pod counts against what may go", [1, 0], [[3, 3]], { current: 2 }],
  ["while new pods start and the minimum is met exactly, all wait", [2, 0], [[3, 3]], {}],
  ["each new pod that is available frees an old one", [2, 1], [[3, 3]], { "old-0": 2 }],
  ["unhealthy old pods go first", [1, 0], [[4, 2]], { "old-0": 3 }],
  [
    "of several old ones, the unhealthy go before the healthy of the oldest",
    [1, 1],
    [
      [2, 2],
      [2, 1],
    ],
    { "old-0": 1, "old-1": 1 },
  ],
  [
    "the oldest gives up its pods first",
    [1, 1],
    [
      [2, 2],
      [2, 2],
    ],
    { "old-0": 0 },
  ],
  ["a new one that is too large shrinks at once", [6, 6], [[1, 1]], { current: 4 }],
  ["with all new pods available the old ones end", [4, 4], [[1, 1]], { "old-0": 0 }],
  ["pods that an old one still reports but has given up are not counted twice", [2, 2], [[3, 4]], { "old-0": 1 }],
];

test.each(cases)("%s", (_, current, old, expected) => {
  const sets = { current: replicaSet("current", current), old: old.map((counts, index) => replicaSet(`old-${index}`, counts)) };
  expect(Object.fromEntries(planRolling(sets, bounds))).toEqual(expected);
});

test.each([
  ["alone: all at once", [], 4],
  ["beside a full old one: the surge", [[4, 4]] as Counts[], 1],
  ["beside more than there may be: none", [[6, 6]] as Counts[], 0],
])("the size of a new ReplicaSet, %s", (_, old, expected) => {
  const sets = { current: undefined, old: old.map((counts, index) => replicaSet(`old-${index}`, counts)) };
  expect(currentSize(sets, bounds)).toBe(expected);
});
