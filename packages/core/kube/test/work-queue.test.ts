import { expect, test } from "vitest";
import { add, addAfterFailure, addAt, emptyQueue, forgetFailures, nextDueAt, take } from "../src/work-queue.ts";

test("a key is in the queue once, in order of arrival", () => {
  const queue = emptyQueue();
  for (const key of ["a", "b", "a"]) add(queue, key);
  expect([take(queue, 0), take(queue, 0), take(queue, 0)]).toEqual(["a", "b", undefined]);
});

test("a key for later is taken when it is due, and not before", () => {
  const queue = emptyQueue();
  addAt(queue, "a", 100);
  expect(take(queue, 99)).toBeUndefined();
  expect(nextDueAt(queue, 99)).toBe(100);
  expect(take(queue, 100)).toBe("a");
  expect(nextDueAt(queue, 100)).toBeUndefined();
});

test("the earlier of two dates counts, and now before later", () => {
  const queue = emptyQueue();
  addAt(queue, "a", 100);
  addAt(queue, "a", 50);
  addAt(queue, "a", 200);
  expect(nextDueAt(queue, 0)).toBe(50);
  add(queue, "a");
  expect([take(queue, 0), take(queue, 1000)]).toEqual(["a", undefined]);
});

test("a failing key waits 5 ms, then twice as long each time, at most 30 s; success forgets", () => {
  const queue = emptyQueue();
  const waits = Array.from({ length: 16 }, () => {
    addAfterFailure(queue, "a", 1000);
    const dueAt = nextDueAt(queue, 1000) ?? 0;
    take(queue, dueAt);
    return dueAt - 1000;
  });
  expect(waits.slice(0, 4)).toEqual([5, 10, 20, 40]);
  expect(waits.at(-1)).toBe(30_000);
  forgetFailures(queue, "a");
  addAfterFailure(queue, "a", 0);
  expect(nextDueAt(queue, 0)).toBe(5);
});
