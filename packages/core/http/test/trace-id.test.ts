import { expect, test } from "vitest";
import { asksForTrace, buildTraceHeader, formatTraceId, traceRoot } from "../src/trace-id.ts";

const id = "1-67891234-12456789abcdef0123456789";
const root = "1-67891233-abcdef012345678912345678";

test("an id is its version, the time in eight hex digits, and 24 of chance", () => {
  expect(formatTraceId(0x67891234, "12456789abcdef0123456789")).toBe(id);
  expect(formatTraceId(1, "0".repeat(24))).toBe(`1-00000001-${"0".repeat(24)}`);
});

test.each([
  ["none: a new root", undefined, `Root=${id}`, id],
  ["an empty one: a new root", "", `Root=${id}`, id],
  ["a root: it stays, ours is Self", `Root=${root}`, `Self=${id};Root=${root}`, root],
  [
    "a root with other fields: they stay behind it",
    `Root=${root};Sampled=1;CalledFrom=app`,
    `Self=${id};Root=${root};Sampled=1;CalledFrom=app`,
    root,
  ],
  ["Self and a root: Self is replaced, not repeated", `Self=1-1-2;Root=${root};Sampled=0`, `Self=${id};Root=${root};Sampled=0`, root],
  ["a root behind other fields: it comes first", `CalledFrom=app; Root=${root}`, `Self=${id};Root=${root};CalledFrom=app`, root],
  ["no root: a new one before the others", "Sampled=1", `Root=${id};Sampled=1`, id],
])("with %s", (_, existing, value, expectedRoot) => {
  expect(buildTraceHeader(existing, id)).toEqual({ value, root: expectedRoot });
});

test.each([
  ["no field", undefined, undefined],
  ["a root alone", `Root=${root}`, root],
  ["a root among other fields", `Self=1-1-2; Root=${root};Sampled=1`, root],
  ["fields without a root, one of which ends like it", "Sampled=1;NotRoot=1", undefined],
])("the root of %s", (_, header, expected) => {
  expect(traceRoot(header)).toBe(expected);
});

test.each([
  [`Root=${root};Sampled=1`, true],
  [`Root=${root}; Sampled=1 ; CalledFrom=app`, true],
  [`Root=${root};Sampled=0`, false],
  [`Root=${root};NotSampled=1`, false],
  [`Root=${root};Sampled=10`, false],
  ["", false],
])("%s asks for its trace: %s", (header, expected) => {
  expect(asksForTrace(header)).toBe(expected);
});
