import { expect, test } from "vitest";
import { createDrain } from "../src/drain.ts";

/** Which of the two is over first. */
async function firstOf(names: Record<string, Promise<unknown>>): Promise<string> {
  return await Promise.race(Object.entries(names).map(([name, promise]) => promise.then(() => name)));
}

test("what is in flight is finished, however long it takes", async () => {
  const drain = createDrain(0);
  const longer = createDrain(200);
  drain.began(false);
  const ran = drain.run();
  expect(await firstOf({ ran, longer: longer.run() })).toBe("longer");
  drain.ended();
  await ran;
});

test("a request puts the end off, a probe does not", async () => {
  const [probed, requested] = [createDrain(200), createDrain(200)];
  const ends = { probed: probed.run(), requested: requested.run() };
  await createDrain(100).run();
  probed.began(true);
  probed.ended();
  requested.began(false);
  requested.ended();
  expect(await firstOf(ends)).toBe("probed");
  await ends.requested;
});

test("it is draining from the moment of SIGTERM", async () => {
  const drain = createDrain(0);
  expect(drain.isDraining()).toBe(false);
  const ran = drain.run();
  expect(drain.isDraining()).toBe(true);
  await ran;
});
