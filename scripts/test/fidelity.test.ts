import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../bundles.ts";
import { isTestFile } from "./is-test-file.ts";

const page = readFileSync(join(root, "docs", "fidelity.md"), "utf8");
const rows = [...page.matchAll(/^\| (\d+) \| (.+?) \| (.+?) \| (.+) \|$/gm)].map(([, number, statement, source, tests = ""]) => ({
  number: Number(number),
  statement,
  source,
  tests: [...tests.matchAll(/\]\(\.\.\/([^)]+)\)/g)].map(([, path = ""]) => path),
}));

test("statements are numbered without gaps", () => {
  expect(rows.length).toBeGreaterThan(50);
  expect(rows.map(({ number }) => number)).toEqual(rows.map((_row, index) => index + 1));
});

test.each(rows)("statement $number has its tests: $statement", ({ tests }) => {
  expect(tests).not.toEqual([]);
  expect(tests.filter((path) => !isTestFile(join(root, path)))).toEqual([]);
});
