import { expect, test } from "vitest";
import { readIgnoreComments } from "../../src/lint/ignore-comments.ts";

const TOP = "apiVersion: v1\n";

test.each([
  ["the line behind a comment", `${TOP}# loopway-lint-ignore: a-b\nkind: X\nspec: {}`, "a-b", [3]],
  ["the line behind several", `${TOP}  # loopway-lint-ignore: a-b\n  # why\n\nkind: X`, "a-b", [5]],
  ["the end of a line", `${TOP}kind: X # loopway-lint-ignore: a-b`, "a-b", [2]],
  ["several codes", `${TOP}kind: X # loopway-lint-ignore: c, a-b`, "a-b", [2]],
  ["the top of the file: everywhere", `# licence\n# loopway-lint-ignore: a-b\n---\n${TOP}kind: X`, "a-b", [1, 2, 3, 4, 5]],
  ["another code", `${TOP}kind: X # loopway-lint-ignore: c`, "a-b", []],
  ["a comment without codes", `${TOP}kind: X # loopway-lint-ignore:`, "a-b", []],
  ["Windows line ends", `${TOP.replace("\n", "\r\n")}# loopway-lint-ignore: a-b\r\nkind: X`, "a-b", [3]],
])("%s", (_name, text, code, lines) => {
  const ignored = readIgnoreComments(text);
  expect([1, 2, 3, 4, 5].filter((line) => ignored.isIgnored(code, line))).toEqual(lines);
});
