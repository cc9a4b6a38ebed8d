import { expect, test } from "vitest";
import { codeMatches } from "../src/matcher.ts";

test.each([
  ["200", 200, true],
  ["200", 204, false],
  ["200,202", 202, true],
  ["200-299", 204, true],
  ["200-299", 301, false],
  ["200-204,301", 301, true],
])("matcher %s and code %i: %s", (matcher, code, expected) => {
  expect(codeMatches(matcher, code)).toBe(expected);
});
