import { expect, test } from "vitest";
import { clockOriginUs, createClock } from "../src/clock.ts";

test("two clocks of one origin agree to a tenth of a millisecond, and with the wall clock to some milliseconds", () => {
  const origin = clockOriginUs();
  const clocks = Array.from({ length: 50 }, () => createClock(origin));
  const differences = clocks.map((clock) => {
    const first = clocks[0]?.() ?? 0;
    return Math.abs(clock() - first);
  });
  expect(differences.sort((a, b) => a - b)[Math.floor(differences.length / 2)]).toBeLessThan(100);
  expect(Math.abs((clocks[0]?.() ?? 0) - Date.now() * 1000)).toBeLessThan(50_000);
});
