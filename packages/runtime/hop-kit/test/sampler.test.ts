import { expect, test } from "vitest";
import { createSampler } from "../src/sampler.ts";

/** How many of `count` requests at one moment leave a span. */
function sampled(sampler: (isForced: boolean) => boolean, count: number): number {
  return Array.from({ length: count }, () => sampler(false)).filter(Boolean).length;
}

test("a quiet process reports everything, a loaded one its rate, and whoever asks always", () => {
  let nowMs = 1_000;
  const sampler = createSampler(() => nowMs);
  expect(sampled(sampler, 10_000)).toBe(10_000);
  expect(sampled(sampler, 100)).toBe(0);
  expect(sampler(true)).toBe(true);
  nowMs += 1_000;
  expect(sampled(sampler, 30_000)).toBe(5_000);
  nowMs += 60_000;
  expect(sampled(sampler, 30_000)).toBe(10_000);
});
