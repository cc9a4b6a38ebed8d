import { expect, test } from "vitest";
import { parseQuantity } from "../../src/autoscaler/quantity.ts";

test.each([
  { text: "250m", expected: 0.25 },
  { text: "1", expected: 1 },
  { text: 2, expected: 2 },
  { text: "0.5", expected: 0.5 },
  { text: "12345678n", expected: 0.012345678 },
  { text: "64Mi", expected: 67_108_864 },
  { text: "1e3", expected: 1000 },
  { text: "10k", expected: 10_000 },
  { text: "", expected: undefined },
  { text: "a lot", expected: undefined },
  { text: "5X", expected: undefined },
])("$text is $expected", ({ text, expected }) => expect(parseQuantity(text)).toBe(expected));
