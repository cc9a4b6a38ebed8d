import { expect, test } from "vitest";
import { eventually, seededRandom } from "../src/index.ts";

test("eventually returns the first value that does not throw", async () => {
  let tries = 0;
  const value = await eventually(() => {
    tries += 1;
    if (tries < 3) throw new Error("not yet");
    return tries;
  });
  expect(value).toBe(3);
});

test("eventually tells the last failure when time is up", async () => {
  const never = eventually(() => {
    throw new Error("still red");
  }, 30);
  await expect(never).rejects.toThrow(/still failing after \d+ ms: Error: still red/);
});

test("the same seed gives the same numbers, another seed others", () => {
  const take = (seed: number) => Array.from({ length: 5 }, seededRandom(seed));
  expect(take(7)).toEqual(take(7));
  expect(take(7)).not.toEqual(take(8));
});
