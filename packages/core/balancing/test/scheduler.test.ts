import { seededRandom } from "@loopway/testkit";
import { expect, test } from "vitest";
import { type Scheduler, schedule } from "../src/index.ts";

const plain = { source: "127.0.0.1", destination: "127.11.0.5:80", cursor: 0, loads: () => [1, 0, 1], random: 0.7 };

test.each<[Scheduler, Partial<typeof plain>, number]>([
  ["random", { random: 0 }, 0],
  ["random", { random: 0.7 }, 2],
  ["random", { random: 0.999_999 }, 2],
  ["rr", { cursor: 4 }, 1],
  ["wrr", { cursor: 5 }, 2],
  ["lc", {}, 1],
  ["wlc", { loads: () => [3, 3, 2] }, 2],
  ["sed", { loads: () => [0, 0, 0] }, 0],
  ["nq", { loads: () => [2, 0, 0] }, 1],
])("%s takes the endpoint it should of %o", (scheduler, change, expected) =>
  expect(schedule(scheduler, 3, { ...plain, ...change })).toBe(expected),
);

test("sh sends a source to one endpoint, and sources to all of them alike", () => {
  const random = seededRandom(7);
  const counts = [0, 0, 0];
  for (let source = 0; source < 3000; source++) {
    const connection = { ...plain, source: `127.10.${source >> 8}.${source & 255}` };
    const index = schedule("sh", 3, { ...connection, random: random() });
    expect(schedule("sh", 3, { ...connection, random: random(), cursor: source })).toBe(index);
    counts[index] = (counts[index] ?? 0) + 1;
  }
  // Binomial with mean 1000: further than 150 from it happens once in 10^8 choices of a hash function.
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
});

test("dh sends everything that comes to one address to one endpoint", () => {
  const picks = new Set(["127.0.0.1", "127.0.0.2", "127.0.0.3"].map((source) => schedule("dh", 3, { ...plain, source })));
  expect(picks.size).toBe(1);
});
