import fc from "fast-check";
import { expect, test } from "vitest";
import { compileRules } from "../src/compile-rules.ts";
import { matchLinear } from "../src/match-linear.ts";
import { matchRule } from "../src/match-rule.ts";
import { request, ruleTable } from "./random-tables.ts";

test("the tree picks the rule that the linear matcher picks, for any table and request", () => {
  fc.assert(
    fc.property(ruleTable, fc.array(request, { minLength: 1, maxLength: 10 }), (rules, requests) => {
      const { table, problems } = compileRules(rules);
      expect(problems).toEqual([]);
      for (const one of requests) {
        expect(table.rules[matchRule(table, one)]?.id).toBe(matchLinear(rules, one)?.id);
      }
    }),
    { seed: 2, numRuns: 3000 },
  );
});
