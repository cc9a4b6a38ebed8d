import { expect, test } from "vitest";
import { SessionAffinity } from "../src/index.ts";

const timeoutMs = 10_000;

test("a client comes back to its endpoint until it was away for the time-out", () => {
  const affinity = new SessionAffinity();
  affinity.remember("web client", "pod-a", { nowMs: 0, timeoutMs });
  expect(affinity.recall("web client", 9_999)).toBe("pod-a");
  expect(affinity.recall("web client", 10_000)).toBeUndefined();
});

test("each connection counts the time-out anew", () => {
  const affinity = new SessionAffinity();
  affinity.remember("web client", "pod-a", { nowMs: 0, timeoutMs });
  affinity.remember("web client", "pod-a", { nowMs: 9_000, timeoutMs });
  expect(affinity.recall("web client", 18_999)).toBe("pod-a");
});

test("another client, or another Service port, is another entry", () => {
  const affinity = new SessionAffinity();
  affinity.remember("web client", "pod-a", { nowMs: 0, timeoutMs });
  expect(affinity.recall("web other", 1)).toBeUndefined();
  expect(affinity.recall("api client", 1)).toBeUndefined();
});

test("what is over does not stay in memory", () => {
  const affinity = new SessionAffinity();
  for (let client = 0; client < 1000; client++) affinity.remember(`web ${client}`, "pod-a", { nowMs: client, timeoutMs });
  affinity.remember("web last", "pod-a", { nowMs: 11_500, timeoutMs });
  expect(affinity.size).toBe(1);
});
