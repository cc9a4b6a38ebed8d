import { seededRandom } from "@loopway/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pickRoundRobin, pickUniform, pickWeighted } from "../src/pick.ts";

/** `[0, 1)` in even steps: the expectation of a uniform source without its noise. */
const evenly = (samples: number) => Array.from({ length: samples }, (_, step) => (step + 0.5) / samples);

describe("round robin", () => {
  test("gives every target its turn, in order", () => {
    expect([0, 1, 2, 3, 4, 5].map((cursor) => pickRoundRobin(cursor, 3))).toEqual([0, 1, 2, 0, 1, 2]);
  });

  test("spreads any number of requests within one of each other", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.nat(100), fc.integer({ min: 1, max: 300 }), (count, start, requests) => {
        const hits = new Array<number>(count).fill(0);
        let cursor = start;
        for (let request = 0; request < requests; request++) {
          const index = pickRoundRobin(cursor, count);
          hits[index] = (hits[index] ?? Number.NaN) + 1;
          cursor = index + 1;
        }
        expect(Math.max(...hits) - Math.min(...hits)).toBeLessThanOrEqual(1);
      }),
      { seed: 1 },
    );
  });

  test("a cursor from a larger table stays in range", () => {
    expect(pickRoundRobin(7, 2)).toBe(1);
  });
});

describe("uniform", () => {
  test("each of three candidates gets a third", () => {
    const hits = [0, 0, 0];
    for (const random of evenly(300)) {
      const index = pickUniform(3, random);
      hits[index] = (hits[index] ?? Number.NaN) + 1;
    }
    expect(hits).toEqual([100, 100, 100]);
  });

  test("1,000 connections over four endpoints keep within four standard deviations", () => {
    const random = seededRandom(1);
    const hits = [0, 0, 0, 0];
    for (let connection = 0; connection < 1000; connection++) {
      const index = pickUniform(4, random());
      hits[index] = (hits[index] ?? Number.NaN) + 1;
    }
    for (const count of hits) expect(Math.abs(count - 250)).toBeLessThanOrEqual(4 * Math.sqrt(1000 * 0.25 * 0.75));
  });

  test("the largest random still falls on a candidate", () => {
    expect(pickUniform(3, 1 - Number.EPSILON)).toBe(2);
  });
});

describe("weighted", () => {
  const shares = (weights: number[]) => {
    const hits = weights.map(() => 0);
    for (const random of evenly(1000)) {
      const index = pickWeighted(weights, random);
      if (index !== undefined) hits[index] = (hits[index] ?? Number.NaN) + 1;
    }
    return hits;
  };

  test.each([
    ["one takes all", [5], [1000]],
    ["shares follow the weights", [1, 9], [100, 900]],
    ["a weight of 0 is never picked", [0, 1, 0, 1, 0], [0, 500, 0, 500, 0]],
    ["nothing when all weights are 0", [0, 0], [0, 0]],
    ["nothing of nothing", [], []],
  ])("%s", (_, weights, expected) => {
    expect(shares(weights)).toEqual(expected);
  });

  test("only candidates with weight are picked, and one always is when there is any", () => {
    const weights = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 999 }), fc.double({ min: 0.001, max: 10, noNaN: true })), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(weights, fc.double({ min: 0, max: 1 - Number.EPSILON, noNaN: true }), (given, random) => {
        const index = pickWeighted(given, random);
        expect(index !== undefined).toBe(given.some((weight) => weight > 0));
        if (index !== undefined) expect(given[index]).toBeGreaterThan(0);
      }),
      { seed: 1 },
    );
  });
});
