import { expect, test } from "vitest";
import { allocateZones, planTransfers } from "../../src/endpoint-slice/allocate-zones.ts";

const even = { a: 1 / 3, b: 1 / 3, c: 1 / 3 };
test.each<[string, number, Record<string, number>, string]>([
  ["three endpoints, one each", 3, even, "a 1..1, b 1..1, c 1..1"],
  [
    "four: one too many",
    4,
    even,
    "Unable to allocate minimum required endpoints to each zone without exceeding overload threshold (4 endpoints, 3 zones)",
  ],
  ["six: two each", 6, even, "a 2..2, b 2..2, c 2..2"],
  ["ten: one is free to be anywhere", 10, even, "a 3..4, b 3..4, c 3..4"],
  ["less endpoints than zones", 2, even, "Insufficient number of endpoints (2 endpoints, 3 zones)"],
  ["no endpoint", 0, even, "Insufficient number of endpoints (0 endpoints, 3 zones)"],
  ["in proportion to CPU", 8, { a: 0.25, b: 0.75 }, "a 2..3, b 5..6"],
])("%s", (_what, endpoints, shares, expected) => {
  const allocations = allocateZones(endpoints, new Map(Object.entries(shares)));
  const text =
    typeof allocations === "string"
      ? allocations
      : [...allocations].map(([zone, { minimum, maximum }]) => `${zone} ${minimum}..${maximum}`).join(", ");
  expect(text).toBe(expected);
});

test("without shares the nodes are to blame", () => {
  expect(allocateZones(3, undefined)).toBe("Insufficient Node information: allocatable CPU or zone not specified on one or more nodes");
});

// Kubernetes, topologycache/utils_test.go, Test_getGivingAndReceivingZones.
test.each<[string, number[], Record<string, number>, Record<string, number>, Record<string, number>]>([
  ["no need", [1.2, 1.1, 1], { a: 1, b: 1, c: 1 }, {}, {}],
  ["the same zone is preferred to a slightly better distribution", [5.1, 5.1, 5.8], { a: 16 }, { a: 10 }, { b: 5, c: 5 }],
  ["of two that need less than one, the one that needs it most", [5, 5.6, 5.4], { a: 16 }, { a: 11 }, { b: 6, c: 5 }],
  ["from the zone with the most", [5, 5.6, 5.4], { b: 8, c: 8 }, { b: 2, c: 3 }, { a: 5 }],
  ["nobody receives", [5, 5, 5], { a: 6, b: 6, c: 6 }, {}, {}],
  ["nobody gives", [5, 5, 5], { a: 1, b: 2, c: 3 }, {}, {}],
])("%s", (_what, desired, hinted, giving, receiving) => {
  const allocations = new Map(desired.map((each, index) => ["abc"[index] ?? "", { desired: each, minimum: 0, maximum: 0 }]));
  const transfers = planTransfers(allocations, new Map(Object.entries(hinted)));
  expect([transfers.giving, transfers.receiving].map((counts) => Object.fromEntries(counts))).toEqual([giving, receiving]);
});
