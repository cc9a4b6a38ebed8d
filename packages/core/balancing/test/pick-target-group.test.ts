import { expect, test } from "vitest";
import { pickTargetGroup } from "../src/pick-target-group.ts";

const targetGroups = ["a", "b", "c"];

test.each<[string, number[], string | undefined, number, string | undefined]>([
  ["by weight without a cookie", [999, 1, 0], undefined, 0.9985, "a"],
  ["by weight without a cookie, the last share", [999, 1, 0], undefined, 0.9995, "b"],
  ["the sticky one, whatever its weight", [999, 1, 0], "b", 0, "b"],
  ["by weight where the sticky one is no longer among them", [1, 0, 0], "gone", 0.5, "a"],
  ["by weight where the sticky one has weight 0", [1, 0, 0], "c", 0.5, "a"],
  ["none where all weights are 0", [0, 0, 0], undefined, 0.5, undefined],
  ["none where all weights are 0, cookie or not", [0, 0, 0], "a", 0.5, undefined],
])("picks %s", (_, weights, stickyGroup, random, expected) => {
  expect(pickTargetGroup({ targetGroups, weights, stickyGroup }, random)).toBe(expected);
});
