// The table, its explanation and the linear matcher agree on any rules and requests.
import type { RuleCondition } from "@loopway/model";
import fc from "fast-check";
import { expect, test } from "vitest";
import { compileRules } from "../src/compile-rules.ts";
import { explainRules } from "../src/explain-rules.ts";
import { matchLinear } from "../src/match-linear.ts";
import { matchRule } from "../src/match-rule.ts";
import { loadRegexEngine, regexValues } from "../src/regex.ts";
import type { RequestView, RuleInput } from "../src/rule-input.ts";
import type { RuleTable } from "../src/rule-table.ts";
import { request, ruleTable } from "./random-tables.ts";
import { type Case, smallestCase } from "./smallest-case.ts";

const compileRegex = await loadRegexEngine();
/** Tables, each with fifty requests. `LOOPWAY_MATCH_TABLES=20000` makes a million pairs, in a quarter of a minute. */
const tables = Number(process.env.LOOPWAY_MATCH_TABLES ?? 2000);

const requests = (count: number) => fc.array(request, { minLength: count, maxLength: count });

function compile(rules: readonly RuleInput[]): RuleTable {
  const { table, problems } = compileRules(rules, { compileRegex });
  expect(problems).toEqual([]);
  return table;
}

const holds = (conditions: readonly RuleCondition[], one: RequestView) =>
  matchLinear([{ id: "", priority: 1, conditions }], one) !== undefined;

type Match = (table: RuleTable, one: RequestView) => number;

/** The first case in which a matcher is wrong, made as small as it goes. */
function firstDisagreement(match: Match): Case | undefined {
  let found: Case | undefined;
  const isWrong = (table: RuleTable, { rules, request: one }: Case) => table.rules[match(table, one)]?.id !== matchLinear(rules, one)?.id;
  fc.assert(
    fc.property(ruleTable, requests(50), (rules, list) => {
      if (found !== undefined) return;
      const table = compile(rules);
      const wrong = list.find((one) => isWrong(table, { rules, request: one }));
      if (wrong !== undefined) found = smallestCase({ rules, request: wrong }, (smaller) => isWrong(compile(smaller.rules), smaller));
    }),
    { seed: 2, numRuns: tables },
  );
  return found;
}

test(
  "the trees pick the rule that the linear matcher picks, for any table and request",
  () => {
    expect(firstDisagreement(matchRule)).toBeUndefined();
  },
  20_000 + 15 * tables,
);

test("a matcher that is wrong is shown by a case that can be read", () => {
  const found = firstDisagreement((table, one) => matchRule(table, { ...one, path: one.path.toLowerCase() }));
  expect(found?.rules).toMatchObject([{ conditions: [{ field: "path-pattern" }] }]);
  expect(found?.request).toMatchObject({ path: expect.stringMatching(/[AB]/), query: undefined, keys: [], values: [] });
});

test("the explanation ends with the rule that takes the request; in each trial before, one condition fails and those before it hold", () => {
  fc.assert(
    fc.property(ruleTable, requests(5), (rules, list) => {
      const table = compile(rules);
      for (const one of list) {
        const trials = explainRules(table, one);
        const last = trials.at(-1);
        expect(last?.failed === undefined ? last?.index : -1).toBe(matchRule(table, one));
        for (const { index, failed } of trials) {
          const conditions = table.rules[index]?.conditions ?? [];
          const failedAt = failed === undefined ? conditions.length : conditions.indexOf(failed);
          expect(holds(conditions.slice(0, failedAt), one)).toBe(true);
          if (failed !== undefined) expect(holds([failed], one)).toBe(false);
        }
      }
    }),
    { seed: 4, numRuns: 300 },
  );
});

const kindOf = (condition: RuleCondition) => `${condition.field}${regexValues(condition).length > 0 ? " by regular expression" : ""}`;

test("every kind of condition both lets requests through and turns them away in these tables", () => {
  const lets = new Set<string>();
  const turns = new Set<string>();
  for (const [rules, list] of fc.sample(fc.tuple(ruleTable, requests(50)), { seed: 6, numRuns: 100 })) {
    const table = compile(rules);
    for (const { index, failed } of list.flatMap((one) => explainRules(table, one))) {
      if (failed !== undefined) turns.add(kindOf(failed));
      else for (const condition of table.rules[index]?.conditions ?? []) lets.add(kindOf(condition));
    }
  }
  const kinds = [
    "host-header",
    "host-header by regular expression",
    "http-header",
    "http-header by regular expression",
    "http-request-method",
    "path-pattern",
    "path-pattern by regular expression",
    "query-string",
    "source-ip",
  ];
  expect([...lets].sort()).toEqual(kinds);
  expect([...turns].sort()).toEqual(kinds);
});
