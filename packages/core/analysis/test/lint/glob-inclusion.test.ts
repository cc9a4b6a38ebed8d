import fc from "fast-check";
import { expect, test } from "vitest";
import { includesGlob } from "../../src/lint/glob-inclusion.ts";

test.each([
  ["*", "anything?*", true],
  ["/a*", "/abc", true],
  ["/a/*", "/a", false],
  ["/a/*", "/a/b/*", true],
  ["/a/*", "/a*", false],
  ["*.example.com", "a.b.example.com", true],
  ["*.example.com", "*.b.example.com", true],
  ["*.example.com", "example.com", false],
  ["?*", "*", false],
  ["*a*", "b*a", true],
  ["a?c", "a*c", false],
  ["**a", "*a", true],
  ["*?", "?*", true],
  ["/*/x", "/a/*/x", true],
])("%s covers all of %s: %s", (outer, inner, expected) => {
  expect(includesGlob(outer, inner)).toBe(expected);
});

const pattern = fc.array(fc.constantFrom("a", "b", "*", "?"), { maxLength: 6 }).map((parts) => parts.join(""));
const texts = [
  "",
  ...["a", "b", "c"].flatMap((x) => [x, ...["a", "b", "c"].flatMap((y) => [x + y, ...["a", "b", "c"].map((z) => x + y + z)])]),
];
const covers = (glob: string, text: string) => new RegExp(`^${glob.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s").test(text);

test("what is said to be covered is covered, text by text; what is not said to be has a text that is not", () => {
  fc.assert(
    fc.property(pattern, pattern, (outer, inner) => {
      const isCovered = texts.every((text) => !covers(inner, text) || covers(outer, text));
      if (includesGlob(outer, inner)) expect(isCovered).toBe(true);
      // Texts of three characters tell patterns without `*` apart for certain.
      else if (!inner.includes("*") && inner.length <= 3) expect(isCovered).toBe(false);
    }),
    { seed: 4, numRuns: 5000 },
  );
});
