import type { TargetHealthState } from "@loopway/model";
import fc from "fast-check";
import { expect, test } from "vitest";
import { candidateTargets } from "../src/index.ts";

const cases: [name: string, states: TargetHealthState[], indices: number[], failsOpen: boolean][] = [
  ["no registered targets: none", [], [], false],
  ["only healthy ones take traffic", ["healthy", "unhealthy", "healthy", "initial"], [0, 2], false],
  ["all unhealthy: all of them (fail open)", ["unhealthy", "unhealthy"], [0, 1], true],
  ["all initial or draining: none", ["initial", "draining", "initial"], [], false],
  ["fail open never reaches a draining target", ["draining", "unhealthy"], [1], true],
  ["unused and unavailable targets take nothing", ["unused", "unavailable"], [], false],
];

test.each(cases)("%s", (_, states, indices, failsOpen) => {
  expect(candidateTargets(states)).toEqual({ indices, failsOpen });
});

test("a draining or unused target is never a candidate, whatever the others are", () => {
  const state = fc.constantFrom<TargetHealthState>("initial", "healthy", "unhealthy", "draining", "unused", "unavailable");
  fc.assert(
    fc.property(fc.array(state, { maxLength: 12 }), (states) => {
      const picked = new Set(candidateTargets(states).indices.map((index) => states[index]));
      expect(picked.size).toBeLessThanOrEqual(1);
      for (const pickedState of picked) expect(["healthy", "unhealthy"]).toContain(pickedState);
    }),
    { seed: 1 },
  );
});
