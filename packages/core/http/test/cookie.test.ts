import { expect, test } from "vitest";
import { cookieValue } from "../src/cookie.ts";

test.each<[string, [string, string][], string | undefined]>([
  ["no Cookie field", [["accept", "a=1"]], undefined],
  ["a cookie among others", [["cookie", "b=2; a=1; c=3"]], "1"],
  ["without space behind the semicolon", [["cookie", "b=2;a=1"]], "1"],
  [
    "in the second field",
    [
      ["cookie", "b=2"],
      ["cookie", "a=1"],
    ],
    "1",
  ],
  ["the first of two", [["cookie", "a=1; a=2"]], "1"],
  ["a value with =", [["cookie", "a=1=2"]], "1=2"],
  ["an empty value", [["cookie", "a="]], ""],
  ["a name that only ends alike", [["cookie", "aa=1; A=2"]], undefined],
  ["a name without value", [["cookie", "a"]], undefined],
])("the cookie a: %s", (_, fields, expected) => {
  const headers = { names: [], keys: fields.map(([key]) => key), values: fields.map(([, value]) => value) };
  expect(cookieValue(headers, "a")).toBe(expected);
});
