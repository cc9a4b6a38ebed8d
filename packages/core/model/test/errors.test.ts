import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { errors, formatError, LoopwayError } from "../src/index.ts";

const page = readFileSync(fileURLToPath(new URL("../../../../docs/errors.md", import.meta.url)), "utf8");
const documented = new Map(
  [...page.matchAll(/^\| `([A-Z]+_\w+)` \| (\w+) \| (.*?) \| (.*?) \|/gm)].map(([, code, fault, template, remedy]) => [
    code,
    { fault, template, remedy },
  ]),
);

test.each(Object.entries(errors))("%s stands in docs/errors.md as it stands in the catalogue", (code, { fault, template, remedy }) => {
  expect(documented.get(code)).toEqual({ fault, template, remedy });
});

test("docs/errors.md documents no code that the catalogue lacks", () => {
  expect([...documented.keys()].filter((code) => code === undefined || !(code in errors))).toEqual([]);
});

test("a template's blanks are filled in, and a blank without a value stays visible", () => {
  expect(formatError("E_FILE", { path: "a.yaml", reason: "no such file or folder" })).toBe("cannot read a.yaml: no such file or folder");
  expect(formatError("E_FILE", { path: "a.yaml" })).toBe("cannot read a.yaml: {reason}");
  expect(new LoopwayError("E_NOT_RUNNING", { state: ".loopway" }).message).toBe("no Loopway runs with state directory .loopway");
});
