/** docs/lint: every rule has its page and its row, and no page or row is without a rule. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lintRules } from "../../src/index.ts";

const folder = join(import.meta.dirname, "../../../../../docs/lint");
const pages = readdirSync(folder).filter((name) => name !== "README.md");
const table = [...readFileSync(join(folder, "README.md"), "utf8").matchAll(/^\| \[(.+?)\]\((.+?)\) \| (\w+) \| (.+) \|$/gm)];

test("codes are said once", () => {
  expect(new Set(lintRules.map(({ code }) => code)).size).toBe(lintRules.length);
});

test("every rule has a page, every page a rule", () => {
  expect(pages.sort()).toEqual(lintRules.map(({ code }) => `${code}.md`).sort());
});

test("the table has every rule, in their order, in their words", () => {
  expect(table.map(([, code, , severity, summary]) => ({ code, severity, summary }))).toEqual(
    lintRules.map(({ code, severity, summary }) => ({ code, severity, summary })),
  );
});

test.each(pages)("%s says what, why, an example and how to mend", (page) => {
  const text = readFileSync(join(folder, page), "utf8");
  expect(text).toMatch(/^# ([a-z-]+)\n\n.+\n\n\*\*Why\.\*\* .+\n\n```yaml\n[^`]+```\n\n\*\*Mend\.\*\* .+\n$/);
  expect(text.startsWith(`# ${page.replace(".md", "")}\n`)).toBe(true);
});
