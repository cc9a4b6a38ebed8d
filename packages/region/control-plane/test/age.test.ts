import { expect, test } from "vitest";
import { formatAge, formatDuration } from "../src/table/age.ts";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const cases: [seconds: number, text: string][] = [
  [-5, "<invalid>"],
  [-1, "0s"],
  [0, "0s"],
  [119, "119s"],
  [2 * MINUTE, "2m"],
  [3 * MINUTE + 12, "3m12s"],
  [10 * MINUTE + 30, "10m"],
  [179 * MINUTE, "179m"],
  [3 * HOUR, "3h"],
  [7 * HOUR + 5 * MINUTE, "7h5m"],
  [47 * HOUR, "47h"],
  [2 * DAY + 3 * HOUR, "2d3h"],
  [8 * DAY + 3 * HOUR, "8d"],
  [2 * 365 * DAY, "2y"],
  [3 * 365 * DAY + 4 * DAY, "3y4d"],
  [9 * 365 * DAY, "9y"],
];

test.each(cases)("%i s are shown as %s", (seconds, text) => {
  expect(formatDuration(seconds * 1000)).toBe(text);
});

test("an age without a time is unknown", () => {
  expect(formatAge(undefined, 0)).toBe("<unknown>");
  expect(formatAge("2026-11-21T10:00:00Z", Date.parse("2026-11-21T10:00:05Z"))).toBe("5s");
});
