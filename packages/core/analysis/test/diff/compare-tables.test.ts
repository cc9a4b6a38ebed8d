import type { RuleCondition } from "@loopway/model";
import { loadRegexEngine, type RequestView } from "@loopway/routing";
import { header, hosts, methods, paths, query, sources } from "@loopway/routing/requests";
import { describe, expect, test } from "vitest";
import { compareTables } from "../../src/diff/compare-tables.ts";
import type { ComparedRule, ComparedTable } from "../../src/diff/compared-table.ts";

const compileRegex = await loadRegexEngine();

/** Answer and conditions of each rule, in order; the default answers "none". */
type Rules = readonly [answer: string, ...RuleCondition[]][];

function tableOf(rules: Rules): ComparedTable {
  const compared = rules.map(([answer, ...conditions], at): ComparedRule => ({ id: `r${at}`, priority: at + 1, conditions, answer }));
  return { rules: compared, defaultAnswer: "none" };
}

function compare(before: Rules, after: Rules) {
  return compareTables({ before: tableOf(before), after: tableOf(after) }, { compileRegex });
}

const pathRegex = (...regexValues: string[]): RuleCondition => ({ field: "path-pattern", pathPatternConfig: { regexValues } });
const hostRegex = (...regexValues: string[]): RuleCondition => ({ field: "host-header", hostHeaderConfig: { regexValues } });
const all = paths("*");

const alike: readonly [string, Rules, Rules][] = [
  ["the same rules", [["a", paths("/a")]], [["a", paths("/a")]]],
  ["hosts in another case", [["a", hosts("API.example.com")]], [["a", hosts("api.example.com")]]],
  [
    "two rules that share no request, swapped",
    [
      ["a", paths("/a")],
      ["b", paths("/b")],
    ],
    [
      ["b", paths("/b")],
      ["a", paths("/a")],
    ],
  ],
  [
    "two values in one rule or in two",
    [["a", paths("/a", "/b")]],
    [
      ["a", paths("/b")],
      ["a", paths("/a")],
    ],
  ],
  ["a pattern that another one covers", [["a", paths("/a/*")]], [["a", paths("/a/*", "/a/b*")]]],
  [
    "a rule that can never be reached",
    [["a", paths("/a/*")]],
    [
      ["a", paths("/a/*")],
      ["b", paths("/a/?/*")],
    ],
  ],
  ["a block and its two halves", [["a", sources("10.0.0.0/8")]], [["a", sources("10.0.0.0/9", "10.128.0.0/9")]]],
  ["every address, and no condition", [["a", paths("/a"), sources("0.0.0.0/0", "::/0")]], [["a", paths("/a")]]],
  ["a header value and the same with ? for its letters", [["a", all, header("x", "ab", "a?")]], [["a", all, header("x", "a?")]]],
  [
    "two methods in one rule or in two",
    [["a", methods("GET", "POST")]],
    [
      ["a", methods("GET")],
      ["a", methods("POST")],
    ],
  ],
  ["TRACE, which no rule ever sees", [["a", methods("TRACE")]], []],
  ["a method that no request can have", [["a", methods("NOT A TOKEN")]], []],
  ["a query key that holds =, which no key does", [["a", query({ key: "a=b", value: "c" })]], []],
  ["a header value that begins with a blank, which none does", [["a", header("x", " a")]], []],
  ["a host with a blank, which none has", [["a", hosts("a b.test")]], []],
  [
    "a regular expression in rules that stay",
    [
      ["a", pathRegex("^/a")],
      ["b", paths("/b")],
    ],
    [
      ["a", pathRegex("^/a")],
      ["b", paths("/b")],
    ],
  ],
  [
    "a regular expression behind what covers it",
    [["a", all]],
    [
      ["a", all],
      ["b", pathRegex("^/a")],
    ],
  ],
];

describe("no request changes, and this is proven, for", () => {
  test.each(alike)("%s", (_, before, after) => {
    expect(compare(before, after)).toMatchObject({ changes: [], unproven: [] });
  });
});

/** Sentence, before, after, and of each change: rule before, rule after (-1: the default), what the witness has. */
const different: readonly [string, Rules, Rules, [number, number, Partial<RequestView>][]][] = [
  [
    "a rule dropped",
    [
      ["a", paths("/a")],
      ["b", paths("/b")],
    ],
    [["a", paths("/a")]],
    [[1, -1, { path: "/b" }]],
  ],
  ["a pattern widened", [["a", paths("/a/*")]], [["a", paths("/a*")]], [[-1, 0, { path: "/a" }]]],
  ["? where * was", [["a", paths("/a*")]], [["a", paths("/a?")]], [[0, -1, { path: "/a" }]]],
  [
    "two rules that overlap, swapped",
    [
      ["a", paths("/a*")],
      ["b", paths("*b")],
    ],
    [
      ["b", paths("*b")],
      ["a", paths("/a*")],
    ],
    [[0, 0, { path: "/ab" }]],
  ],
  ["IPv6 where only IPv4 was", [["a", all, sources("0.0.0.0/0")]], [["a", all]], [[-1, 0, { sourceIp: "::1" }]]],
  ["part of a block", [["a", sources("10.0.0.0/8")]], [["a", sources("10.0.0.0/9")]], [[0, -1, { sourceIp: "10.128.0.1" }]]],
  ["every path, and every path that begins with a slash", [["a", all]], [["a", paths("/*")]], [[0, -1, { path: "*", method: "OPTIONS" }]]],
  ["a method taken out", [["a", methods("GET", "POST")]], [["a", methods("POST")]], [[0, -1, { method: "GET" }]]],
  ["a header that is there, with any value", [["a", all]], [["a", all, header("x", "*")]], [[0, -1, { keys: [] }]]],
  [
    "two conditions on one header, met by two of its occurrences",
    [["a", all, header("x", "1"), header("x", "2")]],
    [["a", all, header("x", "1")]],
    [[-1, 0, { keys: ["x"], values: ["1"] }]],
  ],
  [
    "two rules on one header, swapped: a request may have both values",
    [
      ["a", header("x", "1")],
      ["b", header("x", "2")],
    ],
    [
      ["b", header("x", "2")],
      ["a", header("x", "1")],
    ],
    [[0, 0, { keys: ["x", "x"], values: ["1", "2"] }]],
  ],
  ["a query parameter", [["a", query({ key: "v", value: "1*" })]], [], [[0, -1, { query: "v=1" }]]],
  [
    "an escaped * in a query",
    [["a", query({ key: "v", value: "\\*" })]],
    [["a", query({ key: "v", value: "*" })]],
    [[-1, 0, { query: "v=" }]],
  ],
  ["a parameter with any key", [["a", query({ value: "x" })]], [], [[0, -1, { query: "=x" }]]],
  ["a regular expression dropped", [["a", pathRegex("^/v[0-9]+/")]], [], [[0, -1, { path: "/v1/" }]]],
  ["a regular expression on hosts", [["a", hostRegex("^api[.]")]], [["b", hostRegex("^api[.]")]], [[0, 0, { host: "api." }]]],
  [
    "a regular expression where one path is left",
    [["a", paths("/v1")]],
    [
      ["b", pathRegex("^/v[0-9]$")],
      ["a", paths("/v1")],
    ],
    [
      [0, 0, { path: "/v1" }],
      [-1, 0, { path: "/v0" }],
    ],
  ],
];

describe("requests change, and these are all, for", () => {
  test.each(different)("%s", (_, before, after, expected) => {
    const { changes, unproven } = compare(before, after);
    expect(unproven).toEqual([]);
    expect(changes).toMatchObject(expected.map(([old, young, witness]) => ({ before: old, after: young, witness })));
    expect(changes).toHaveLength(expected.length);
  });
});

describe("what cannot be proven is said", () => {
  test("with the number of requests that were tried", () => {
    const { changes, unproven } = compare([["a", pathRegex("^/a{65}b$")]], []);
    expect(changes).toEqual([]);
    expect(unproven).toEqual([{ kind: "pair", reason: "regular expression", before: 0, after: -1, samples: expect.any(Number) }]);
    expect(unproven[0]?.samples).toBeGreaterThan(0);
  });

  test("where there are too many combinations; what was found by trying is a change all the same", () => {
    const limits = { maxSteps: 50, maxDecisions: 50, maxSamples: 500 };
    const before = tableOf([
      ["a", hosts("a.test"), paths("/a/*/b/*/c")],
      ["b", hosts("a.test"), paths("*/b/*")],
    ]);
    const after = tableOf([["b", hosts("a.test"), paths("*/b/*")]]);
    const { changes, unproven } = compareTables({ before, after }, { limits });
    expect(unproven).toMatchObject([{ kind: "rules", reason: "too many combinations", samples: expect.any(Number) }]);
    expect(changes.map(({ before: old, after: young }) => [old, young])).toContainEqual([0, 0]);
  });
});

describe("one host alone", () => {
  const before = tableOf([
    ["a", hosts("*.test")],
    ["b", hosts("b.test")],
  ]);
  const after = tableOf([
    ["c", hosts("a.test")],
    ["a", hosts("*.test")],
  ]);

  test("is compared as if no other were", () => {
    expect(compareTables({ before, after }, { onlyHost: "a.test" }).changes).toMatchObject([
      { before: 0, after: 0, witness: { host: "a.test" } },
    ]);
    expect(compareTables({ before, after }, { onlyHost: "x.test" }).changes).toEqual([]);
  });

  test("can be left out", () => {
    expect(compareTables({ before, after }, { exceptHosts: new Set(["a.test"]) }).changes).toEqual([]);
  });
});

describe("a table in which every rule takes something", () => {
  const guards = (at: number): RuleCondition[] =>
    [[], [methods("POST")], [header("x-canary", `v${at}*`)], [query({ key: "v", value: `${at}` })], [sources(`10.${at}.0.0/16`)]][at % 5] ??
    [];
  const rules: Rules = Array.from({ length: 40 }, (_, at) => [
    `s${at}`,
    hosts(`h${at % 4}.test`),
    paths(`/p${at}`, `/p${at}/*`),
    ...guards(at),
  ]);
  const [stays, catches] = [
    ["stays", hosts("h0.test"), paths("/p*")],
    ["catches", paths("/*")],
  ] as const satisfies Rules;
  const table = [...rules, stays, catches];
  const indices = rules.map((_, at) => at);

  test.each(indices)("dropping rule %i is found", (at) => {
    const { changes, unproven } = compare(table, table.toSpliced(at, 1));
    expect(unproven).toEqual([]);
    expect(changes.map(({ before }) => before)).toEqual([at]);
  });

  test.each(indices)("another answer of rule %i is found", (at) => {
    const [, ...conditions] = rules[at] as Rules[number];
    expect(compare(table, table.with(at, ["new", ...conditions])).changes).toMatchObject([{ before: at, after: at }]);
  });

  test.each(indices)("another path of rule %i is found, at the old one and the new one", (at) => {
    const [answer, host, , ...others] = rules[at] as [string, ...RuleCondition[]];
    const { changes } = compare(table, table.with(at, [answer, host as RuleCondition, paths(`/p${at}`, `/q${at}`), ...others]));
    expect(changes.filter(({ before }) => before === at)).toHaveLength(1);
    expect(changes.filter(({ after }) => after === at)).toHaveLength(1);
  });

  test.each(indices)("rule %i behind the one that catches all is found", (at) => {
    const moved = [...table.toSpliced(at, 1), rules[at] as Rules[number]];
    expect(compare(table, moved).changes).toMatchObject([{ before: at }]);
  });
});
