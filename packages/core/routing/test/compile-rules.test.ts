import type { RuleCondition } from "@loopway/model";
import { expect, test } from "vitest";
import { compileRules } from "../src/compile-rules.ts";
import { matchRule } from "../src/match-rule.ts";
import { header, hosts, methods, paths, query, requestOf, sources } from "./requests.ts";

const broken: readonly [string, RuleCondition[], string, string][] = [
  ["no condition", [], "conditions", "a rule needs at least one condition"],
  [
    "a regular expression for the host",
    [{ field: "host-header", hostHeaderConfig: { regexValues: ["^api"] } }],
    "conditions[0]",
    "host-header condition: regexValues need the engine for regular expressions",
  ],
  [
    "a regular expression for a header, in the second condition",
    [paths("/a"), { field: "http-header", httpHeaderConfig: { httpHeaderName: "a", regexValues: ["b"] } }],
    "conditions[1]",
    "http-header condition: regexValues need the engine for regular expressions",
  ],
  ["a path condition without values", [paths()], "conditions[0]", "path-pattern condition: has no values"],
  ["a condition without its config", [{ field: "path-pattern" }], "conditions[0]", "path-pattern condition: has no values"],
  [
    "a config that belongs to another field",
    [{ field: "source-ip", queryStringConfig: { values: [{ value: "a" }] } }],
    "conditions[0]",
    "source-ip condition: has no values",
  ],
  ["a query condition without values", [query()], "conditions[0]", "query-string condition: has no values"],
  [
    "an address without prefix length",
    [sources("10.0.0.0/8", "10.0.0.1")],
    "conditions[0]",
    "source-ip condition: 10.0.0.1 is not a CIDR block",
  ],
  ["two host conditions", [hosts("a.b"), hosts("a.c")], "conditions[1]", "a rule takes one host-header condition only"],
  ["two method conditions", [methods("GET"), methods("PUT")], "conditions[1]", "a rule takes one http-request-method condition only"],
];

test.each(broken)("a rule with %s is left out with a problem, and the rest works", (_, conditions, path, message) => {
  const { table, problems } = compileRules([
    { id: "broken", priority: 1, conditions },
    { id: "sound", priority: 2, conditions: [paths("/a")] },
  ]);
  expect(problems).toEqual([{ code: "E_INVALID", severity: "error", object: "Rule broken", path, message }]);
  expect(table.rules.map(({ id }) => id)).toEqual(["sound"]);
  expect(matchRule(table, requestOf({ path: "/a" }))).toBe(0);
});

test("all problems are told at once", () => {
  const { problems } = compileRules([
    { id: "r1", priority: 1, conditions: [paths(), sources("x")] },
    { id: "r2", priority: 2, conditions: [header("a")] },
  ]);
  expect(problems.map(({ object, path }) => `${object} ${path}`)).toEqual([
    "Rule r1 conditions[0]",
    "Rule r1 conditions[1]",
    "Rule r2 conditions[0]",
  ]);
});

test("a table without rules leaves every request to the default action", () => {
  expect(matchRule(compileRules([]).table, requestOf({}))).toBe(-1);
});

test("rules are handed back as they were given, in order of priority", () => {
  const rules = [5, 3, 4].map((priority) => ({ id: `p${priority}`, priority, conditions: [paths("/")], action: priority * 10 }));
  expect(compileRules(rules).table.rules.map(({ action }) => action)).toEqual([30, 40, 50]);
});
