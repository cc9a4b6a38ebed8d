import fc from "fast-check";
import { expect, test } from "vitest";
import { compileRules } from "../src/compile-rules.ts";
import { formatTree } from "../src/format-tree.ts";
import { matchRule } from "../src/match-rule.ts";
import { loadRegexEngine } from "../src/regex.ts";
import type { RuleInput } from "../src/rule-input.ts";
import { request, ruleTable } from "./random-tables.ts";
import { hosts, paths } from "./requests.ts";

const compileRegex = await loadRegexEngine();

/** Which rules go, which come, and how all are numbered afterwards. */
const edit = fc.record({
  keep: fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }),
  added: fc.oneof(
    fc.constant([]),
    ruleTable.map((rules) => rules.slice(0, 2)),
  ),
  reorders: fc.boolean(),
});

test("after any series of changes the table is the one that a full compilation gives", () => {
  fc.assert(
    fc.property(ruleTable, fc.array(edit, { maxLength: 4 }), fc.array(request, { maxLength: 5 }), (first, edits, requests) => {
      let rules: RuleInput[] = first;
      let { table } = compileRules(rules, { compileRegex });
      for (const { keep, added, reorders } of edits) {
        const kept = rules.filter((_, index) => keep[index] !== false);
        const next = reorders ? [...added, ...kept.toReversed()] : [...kept, ...added];
        rules = next.map((rule, index) => ({ ...rule, id: `r${index}`, priority: reorders ? index + 1 : rule.priority }));
        table = compileRules(rules, { compileRegex, previous: table }).table;
        const full = compileRules(rules, { compileRegex }).table;
        expect(formatTree(table)).toBe(formatTree(full));
        expect(table.arena.length).toBe(full.arena.length);
        for (const one of requests) expect(matchRule(table, one)).toBe(matchRule(full, one));
      }
    }),
    { seed: 5, numRuns: 500 },
  );
});

test("a rule that becomes wrong leaves the table, and comes back when it is mended", () => {
  const rule = (id: string, priority: number, ...values: string[]) => ({
    id,
    priority,
    conditions: [hosts(`${id}.example.com`), paths(...values)],
  });
  const kept = rule("a", 1, "/*");
  const { table } = compileRules([kept, rule("b", 2, "/*")]);
  const broken = compileRules([kept, rule("b", 2)], { previous: table });
  expect(broken.problems.map(({ object }) => object)).toEqual(["Rule b"]);
  expect(broken.table.rules.map(({ id }) => id)).toEqual(["a"]);
  const mended = compileRules([kept, rule("b", 2, "/*")], { previous: broken.table });
  expect(mended.problems).toEqual([]);
  expect(mended.table.rules.map(({ id }) => id)).toEqual(["a", "b"]);
});
