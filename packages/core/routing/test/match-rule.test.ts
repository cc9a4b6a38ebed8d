import type { RuleCondition } from "@loopway/model";
import { describe, expect, test } from "vitest";
import { compileRules } from "../src/compile-rules.ts";
import { matchLinear } from "../src/match-linear.ts";
import { matchRule } from "../src/match-rule.ts";
import type { RequestView } from "../src/rule-input.ts";
import { header, hosts, methods, paths, query, requestOf, sources } from "./requests.ts";

const canaryThenStable: [string, string][] = [
  ["x-stage", "Canary"],
  ["x-stage", "stable"],
];

/** What an ALB does with one rule: sentence, conditions, request, whether the rule takes it. */
const cases: readonly [string, RuleCondition[], Partial<RequestView> & { headers?: [string, string][] }, boolean][] = [
  ["host values are compared without case", [hosts("API.Example.com")], {}, true],
  ["* in a host crosses dots", [hosts("*.com")], {}, true],
  ["*.example.com covers a host below example.com", [hosts("*.example.com")], {}, true],
  ["*.example.com does not cover example.com", [hosts("*.example.com")], { host: "example.com" }, false],
  ["? in a host is exactly one character", [hosts("ap?.example.com")], {}, true],
  ["? in a host is not no character", [hosts("api?.example.com")], {}, false],
  ["a rule without host condition takes any host", [paths("/")], { host: "" }, true],
  ["a path is compared with case", [paths("/V1")], { path: "/v1" }, false],
  ["/v1 and /v1/ are two paths", [paths("/v1")], { path: "/v1/" }, false],
  ["/v1/* does not cover /v1", [paths("/v1/*")], { path: "/v1" }, false],
  ["/v1/* covers /v1/", [paths("/v1/*")], { path: "/v1/" }, true],
  ["/v1* covers /v1beta", [paths("/v1*")], { path: "/v1beta" }, true],
  ["* in a path crosses slashes", [paths("/a/*/z")], { path: "/a/b/c/z" }, true],
  ["* in the middle of a path needs both slashes", [paths("/a/*/z")], { path: "/a/z" }, false],
  ["? in a path is exactly one character", [paths("/v?/x")], { path: "/v2/x" }, true],
  ["? in a path may be a slash", [paths("/a?b")], { path: "/a/b" }, true],
  ["a path is not decoded", [paths("/a/b")], { path: "/a%2fb" }, false],
  ["double slashes stay", [paths("/a/b")], { path: "/a//b" }, false],
  ["dot segments stay", [paths("/b")], { path: "/a/../b" }, false],
  ["the query is no part of the path", [paths("/a")], { path: "/a", query: "b=c" }, true],
  ["values of one condition are alternatives", [paths("/a", "/b")], { path: "/b" }, true],
  ["conditions must all hold", [hosts("api.example.com"), paths("/a")], { path: "/b" }, false],
  ["header names and values are compared without case", [header("X-Stage", "CANARY")], { headers: canaryThenStable }, true],
  ["every occurrence of a header is searched", [header("x-stage", "stable")], { headers: canaryThenStable }, true],
  ["* in a header value", [header("user-agent", "*Chrome*")], { headers: [["user-agent", "Mozilla/5.0 Chrome/130"]] }, true],
  ["an absent header is not an empty one", [header("x-stage", "*")], {}, false],
  ["two header conditions must both hold", [header("x-stage", "canary"), header("x-team", "a")], { headers: canaryThenStable }, false],
  [
    "two header conditions may be met by one header",
    [header("x-stage", "canary"), header("x-stage", "stable")],
    { headers: canaryThenStable },
    true,
  ],
  ["methods are compared with case", [methods("get")], {}, false],
  ["GET does not imply HEAD", [methods("GET")], { method: "HEAD" }, false],
  ["custom methods are methods", [methods("PURGE")], { method: "PURGE" }, true],
  ["a query pair", [query({ key: "version", value: "v1" })], { query: "a=b&version=v1" }, true],
  ["a query pair is compared without case", [query({ key: "Version", value: "V1" })], { query: "vERSION=v1" }, true],
  ["a value without key fits any parameter", [query({ value: "*example*" })], { query: "q=an-example-here" }, true],
  ["a value without key is not looked for in keys", [query({ value: "example" })], { query: "example=1" }, false],
  ["one pair of several is enough", [query({ key: "a", value: "1" }, { key: "b", value: "2" })], { query: "b=2" }, true],
  ["two query conditions must both hold", [query({ key: "a", value: "1" }), query({ key: "b", value: "2" })], { query: "b=2" }, false],
  ["\\* in a query value is an asterisk", [query({ key: "a", value: "\\*" })], { query: "a=b" }, false],
  ["an asterisk is covered by \\*", [query({ key: "a", value: "\\*" })], { query: "a=*" }, true],
  ["a parameter without = has an empty value", [query({ key: "debug", value: "" })], { query: "debug" }, true],
  ["a request without query has no parameters", [query({ value: "*" })], {}, false],
  ["a source in the block", [sources("192.0.2.0/24", "10.0.0.0/30")], {}, true],
  ["a source outside of the block", [sources("10.0.0.0/30")], { sourceIp: "10.0.0.4" }, false],
  ["an IPv6 source", [sources("2001:db8::/32")], { sourceIp: "2001:db8:ffff::1" }, true],
  ["0.0.0.0/0 is IPv4 only", [sources("0.0.0.0/0")], { sourceIp: "2001:db8::1" }, false],
  ["source-ip is the peer, not X-Forwarded-For", [sources("192.0.2.0/24")], { headers: [["x-forwarded-for", "192.0.2.1"]] }, false],
];

describe("one rule", () => {
  test.each(cases)("%s", (_, conditions, differences, isTaken) => {
    const rules = [{ id: "rule", priority: 1, conditions }];
    const { table, problems } = compileRules(rules);
    expect(problems).toEqual([]);
    expect(matchRule(table, requestOf(differences))).toBe(isTaken ? 0 : -1);
    expect(matchLinear(rules, requestOf(differences)) !== undefined).toBe(isTaken);
  });
});

describe("several rules", () => {
  const winner = (rules: [priority: number, ...RuleCondition[]][], differences: Partial<RequestView>) => {
    const { table } = compileRules(rules.map(([priority, ...conditions], index) => ({ id: `${index}`, priority, conditions })));
    return table.rules[matchRule(table, requestOf(differences))]?.priority;
  };

  test("the lowest priority number wins, whatever the order given and however long the pattern", () => {
    expect(
      winner(
        [
          [30, paths("/a/b")],
          [10, paths("/*")],
          [20, paths("/a/*")],
        ],
        { path: "/a/b" },
      ),
    ).toBe(10);
  });

  test("a rule without host goes before a rule of the host when its number is lower", () => {
    expect(
      winner(
        [
          [2, hosts("api.example.com")],
          [1, paths("/a")],
        ],
        { path: "/a" },
      ),
    ).toBe(1);
    expect(
      winner(
        [
          [2, hosts("api.example.com")],
          [3, paths("/a")],
        ],
        { path: "/a" },
      ),
    ).toBe(2);
  });

  test("exact, wildcard and absent hosts are merged by priority", () => {
    const rules: [number, ...RuleCondition[]][] = [
      [40, hosts("api.example.com"), paths("/*")],
      [30, hosts("*.example.com"), paths("/a/*")],
      [20, hosts("api.*"), paths("/a/b*")],
      [10, paths("/a/b/c")],
    ];
    expect(["/x", "/a/x", "/a/bx", "/a/b/c"].map((path) => winner(rules, { path }))).toEqual([40, 30, 20, 10]);
  });

  test("where a guard fails, the next rule on the same path is tried", () => {
    expect(
      winner(
        [
          [1, paths("/a", "/a/*"), methods("POST")],
          [2, paths("/a", "/a/*")],
        ],
        { path: "/a/b" },
      ),
    ).toBe(2);
  });

  test("of two equal priorities, which AWS refuses, the first given wins", () => {
    expect(
      winner(
        [
          [1, paths("/a"), methods("GET")],
          [1, paths("/a")],
        ],
        { path: "/a" },
      ),
    ).toBe(1);
    const { table } = compileRules([
      { id: "first", priority: 1, conditions: [paths("/a")] },
      { id: "second", priority: 1, conditions: [paths("/a")] },
    ]);
    expect(table.rules[matchRule(table, requestOf({ path: "/a" }))]?.id).toBe("first");
  });
});

test("ten thousand unknown hosts neither fill the memory nor change an answer", () => {
  const { table } = compileRules([
    { id: "named", priority: 1, conditions: [hosts("api.example.com")] },
    { id: "wildcard", priority: 2, conditions: [hosts("*.example.com")] },
  ]);
  for (let index = 0; index < 10_000; index++) {
    expect(matchRule(table, requestOf({ host: `h${index}.example.com` }))).toBe(1);
    expect(matchRule(table, requestOf({}))).toBe(0);
  }
  expect(table.rootsByHost.size).toBeLessThan(2000);
});
