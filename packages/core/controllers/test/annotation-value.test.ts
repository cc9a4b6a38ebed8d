import { expect, test } from "vitest";
import { parseMapValue } from "../src/annotation-value.ts";

const maps: [raw: string, value: Record<string, string> | "refused"][] = [
  ["", {}],
  ["a=1", { a: "1" }],
  [" a = 1 , b = 2 ", { a: "1", b: "2" }],
  ["a=", { a: "" }],
  ["a=b=c", { a: "b=c" }],
  ["a=x\\,y,b=2", { a: "x,y", b: "2" }],
  ["a=\\\\d\\=", { a: "\\d=" }],
  ["a=1,", { a: "1," }],
  ["a=1\\", { a: "1\\" }],
  ["a=1,,b=2", "refused"],
  [",a=1", "refused"],
  ["a=1,b", "refused"],
  ["=1", "refused"],
  [" ", "refused"],
];
test.each(maps)("pairs of %j", (raw, value) => {
  const expected = value === "refused" ? { error: `failed to parse stringMap annotation, key: ${raw}` } : { value };
  expect(parseMapValue("key", raw)).toEqual(expected);
});
