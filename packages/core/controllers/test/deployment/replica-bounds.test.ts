import { expect, test } from "vitest";
import { replicaBounds } from "../../src/deployment/replica-bounds.ts";
import { deployment } from "../objects.ts";

const cases: [
  name: string,
  replicas: number | undefined,
  surge: number | string | undefined,
  unavailable: number | string | undefined,
  expected: number[],
][] = [
  ["replicas default to 1", undefined, undefined, undefined, [1, 1, 0]],
  ["4 with the default 25 %: at most 5, at least 3", 4, undefined, undefined, [4, 1, 1]],
  ["1 with the default: surge 1, unavailable 0", 1, undefined, undefined, [1, 1, 0]],
  ["10 with the default: surge rounds up, unavailable down", 10, undefined, undefined, [10, 3, 2]],
  ["both 0: one may be unavailable, or nothing could move", 4, 0, 0, [4, 0, 1]],
  ["both come to 0 by rounding", 3, "0%", "10%", [3, 0, 1]],
  ["percentages of their own", 10, "50%", "100%", [10, 5, 10]],
  ["numbers are taken as they are", 3, 2, 1, [3, 2, 1]],
  ["unavailable is never more than desired", 2, 1, 5, [2, 1, 2]],
  ["nothing desired", 0, undefined, undefined, [0, 0, 0]],
];

test.each(cases)("%s", (_, replicas, maxSurge, maxUnavailable, [desired, surge, unavailable]) => {
  const rollingUpdate = { ...(maxSurge === undefined ? {} : { maxSurge }), ...(maxUnavailable === undefined ? {} : { maxUnavailable }) };
  const spec = { strategy: { rollingUpdate }, ...(replicas === undefined ? {} : { replicas }) };
  expect(replicaBounds(deployment("web", spec))).toEqual({ desired, maxSurge: surge, maxUnavailable: unavailable });
});

test("Recreate has neither surge nor unavailable", () => {
  expect(replicaBounds(deployment("web", { replicas: 4, strategy: { type: "Recreate" } }))).toEqual({
    desired: 4,
    maxSurge: 0,
    maxUnavailable: 0,
  });
});
