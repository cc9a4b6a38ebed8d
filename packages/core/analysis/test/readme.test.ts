import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const read = (path: string) => readFileSync(join(import.meta.dirname, path), "utf8");

test("the example of the README is the one that runs", () => {
  const [, example = ""] = /```ts\n(import [^`]+?)```/.exec(read("../README.md")) ?? [];
  const asWritten = read("example.test.ts")
    .replace("../src/index.ts", "@loopway/analysis")
    .replace("../src/vitest.ts", "@loopway/analysis/vitest")
    .replace(/const folder = .+/, 'const folder = "k8s";');
  expect(example).toBe(asWritten);
});
