import { CRASH_LOOP, failuresAfter, restartDelayMs } from "@loopway/kube";
import { describe, expect, test } from "vitest";
import { HOP_RESTARTS } from "../src/restart-policy.ts";

describe("restarts", () => {
  test.each([
    { name: "a hop", policy: HOP_RESTARTS, delays: [0, 250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000] },
    { name: "a container", policy: CRASH_LOOP, delays: [0, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000] },
  ])("$name is restarted at once, then after twice as long each time", ({ policy, delays }) => {
    expect(delays.map((_, index) => restartDelayMs(policy, index + 1))).toEqual(delays);
  });

  const exit = { lifeMs: 100, wasReady: true, signal: null };
  test.each([
    { name: "an early exit adds to the record", life: exit, expected: 4 },
    { name: "a life of 30 s clears it", life: { ...exit, lifeMs: 30_000 }, expected: 1 },
    { name: "being killed while serving is no failure", life: { ...exit, signal: "SIGKILL" }, expected: 1 },
    { name: "being killed before serving is one", life: { ...exit, signal: "SIGKILL", wasReady: false }, expected: 4 },
    { name: "a segmentation fault is one", life: { ...exit, signal: "SIGSEGV" }, expected: 4 },
  ])("$name", ({ life, expected }) => expect(failuresAfter(HOP_RESTARTS, 3, life)).toBe(expected));
});
