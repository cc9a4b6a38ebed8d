import type { RuleCondition } from "@loopway/model";
import { expect, test } from "vitest";
import { compileRules } from "../src/compile-rules.ts";
import { explainRules } from "../src/explain-rules.ts";
import { matchLinear } from "../src/match-linear.ts";
import { matchRule } from "../src/match-rule.ts";
import { loadRegexEngine, usesRegex } from "../src/regex.ts";
import type { RequestView } from "../src/rule-input.ts";
import { header, paths, requestOf } from "./requests.ts";

const compileRegex = await loadRegexEngine();

const host = (...regexValues: string[]): RuleCondition => ({ field: "host-header", hostHeaderConfig: { regexValues } });
const path = (...regexValues: string[]): RuleCondition => ({ field: "path-pattern", pathPatternConfig: { regexValues } });
const stage = (...regexValues: string[]): RuleCondition => ({
  field: "http-header",
  httpHeaderConfig: { httpHeaderName: "X-Stage", regexValues },
});

const stages: [string, string][] = [
  ["x-stage", "stable"],
  ["x-stage", "canary-7"],
];

const cases: readonly [string, RuleCondition[], Partial<RequestView> & { headers?: [string, string][] }, boolean][] = [
  ["a host is compared without case", [host("^API\\.(example|test)\\.COM$")], {}, true],
  ["a host that does not fit", [host("^api\\.com$")], {}, false],
  ["a path is compared with case", [path("^/V[0-9]+/")], { path: "/v1/a" }, false],
  ["a path", [path("^/v[0-9]+/orders?$")], { path: "/v12/order" }, true],
  ["without anchors any part of the path fits", [path("v[0-9]")], { path: "/a/v1/b" }, true],
  ["the query is no part of the path", [path("a=b")], { path: "/", query: "a=b" }, false],
  ["one of several values is enough", [path("^/a$", "^/b$")], { path: "/b" }, true],
  ["every occurrence of a header is searched", [stage("^canary-\\d$")], { headers: stages }, true],
  ["a header's value is compared with case", [stage("^CANARY")], { headers: stages }, false],
  ["an absent header is not an empty one", [stage("")], {}, false],
  ["beside a wildcard condition, both must hold", [path("^/v1"), header("x-stage", "canary*")], { path: "/v1", headers: stages }, true],
];

test.each(cases)("regular expressions: %s", (_, conditions, differences, isTaken) => {
  const rules = [{ id: "rule", priority: 1, conditions }];
  const { table, problems } = compileRules(rules, { compileRegex });
  expect(problems).toEqual([]);
  const request = requestOf(differences);
  expect(matchRule(table, request)).toBe(isTaken ? 0 : -1);
  expect(matchLinear(rules, request) !== undefined).toBe(isTaken);
  expect(explainRules(table, request).at(-1)?.failed === undefined).toBe(isTaken);
});

test.each([
  ["an unclosed group", "(a", "missing closing \\)"],
  ["a lookahead", "(?=a)", "invalid or unsupported Perl syntax"],
  ["a back-reference", "(a)\\1", "invalid escape sequence"],
  ["a possessive quantifier", "a++", "invalid nested repetition operator"],
  ["a Unicode class", "\\p{L}", "Unicode character classes are not supported"],
  ["129 characters", "a".repeat(129), "is longer than 128 characters"],
])("%s is a problem of the rule and the rest works", (_, pattern, reason) => {
  const rules = [
    { id: "broken", priority: 1, conditions: [path(pattern)] },
    { id: "sound", priority: 2, conditions: [paths("/a")] },
  ];
  const { table, problems } = compileRules(rules, { compileRegex });
  expect(problems).toMatchObject([{ object: "Rule broken", path: "conditions[0]", message: expect.stringMatching(reason) }]);
  expect(table.rules.map(({ id }) => id)).toEqual(["sound"]);
});

test("values and regexValues exclude each other", () => {
  const both: RuleCondition = { field: "path-pattern", pathPatternConfig: { values: ["/a"], regexValues: ["a"] } };
  const { problems } = compileRules([{ id: "r", priority: 1, conditions: [both] }], { compileRegex });
  expect(problems.map(({ message }) => message)).toEqual(["path-pattern condition: takes values or regexValues, not both"]);
});

test("a pattern that takes a backtracking engine years is read in one pass", () => {
  const { table } = compileRules([{ id: "r", priority: 1, conditions: [path("^/(a+)+$")] }], { compileRegex });
  expect(matchRule(table, requestOf({ path: `/${"a".repeat(5000)}!` }))).toBe(-1);
});

test("the same pattern is compiled once", () => {
  expect(compileRegex("^once$")).toBe(compileRegex("^once$"));
});

test("only rules with regexValues or transforms need the engine", () => {
  expect(usesRegex([{ conditions: [paths("/a")] }])).toBe(false);
  expect(usesRegex([{ conditions: [paths("/a"), stage("b")] }])).toBe(true);
  expect(usesRegex([{ conditions: [paths("/a")], transforms: [] }])).toBe(false);
  expect(usesRegex([{ conditions: [paths("/a")], transforms: [{ type: "url-rewrite" }] }])).toBe(true);
});
