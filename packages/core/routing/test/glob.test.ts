import fc from "fast-check";
import { expect, test } from "vitest";
import { formatGlob, globMatches, parseGlob } from "../src/glob.ts";

const cases: readonly [pattern: string, text: string, covers: boolean][] = [
  ["", "", true],
  ["", "a", false],
  ["*", "", true],
  ["**", "abc", true],
  ["?", "", false],
  ["a*", "a", true],
  ["*a", "ba", true],
  ["*a", "ab", false],
  ["a*a", "a", false],
  ["a*b*c", "a-b-b-c", true],
  ["a*b*c", "a-c-b", false],
  ["*ab?", "aabab1", true],
  ["a?c*", "abcd", true],
  ["*?", "", false],
  ["*.*", "a.b", true],
];

test.each(cases)("%s against %s: %s", (pattern, text, covers) => {
  expect(globMatches(parseGlob(pattern), text, 0)).toBe(covers);
});

test("only the text from the given index on is compared", () => {
  expect(globMatches(parseGlob("b*"), "abc", 1)).toBe(true);
  expect(globMatches(parseGlob("abc"), "abc", 1)).toBe(false);
});

test("agrees with the regular expression for any pattern and text over a small alphabet", () => {
  const over = (...letters: string[]) => fc.array(fc.constantFrom(...letters), { maxLength: 9 }).map((list) => list.join(""));
  fc.assert(
    fc.property(over("a", "b", "*", "?"), over("a", "b"), (pattern, text) => {
      const expression = new RegExp(`^${pattern.replaceAll("?", ".").replaceAll("*", ".*")}$`);
      expect(globMatches(parseGlob(pattern), text, 0)).toBe(expression.test(text));
    }),
    { seed: 3, numRuns: 5000 },
  );
});

test("a long text with many near fits is refused in bounded time", () => {
  const text = "a".repeat(16_384);
  expect(globMatches(parseGlob(`*${"a".repeat(100)}b*a*a*a*a`), text, 0)).toBe(false);
});

test("escapes are read only where they are asked for", () => {
  expect(globMatches(parseGlob("\\*", true), "*", 0)).toBe(true);
  expect(globMatches(parseGlob("\\*", true), "\\x", 0)).toBe(false);
  expect(globMatches(parseGlob("\\*"), "\\x", 0)).toBe(true);
  expect(formatGlob(parseGlob("/a/**/b?"))).toBe("/a/*/b?");
});
