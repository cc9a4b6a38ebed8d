import type { RuleCondition } from "@loopway/model";
import { expect, test } from "vitest";
import { compileRules } from "../src/compile-rules.ts";
import { explainRules } from "../src/explain-rules.ts";
import { header, hosts, methods, paths, query, requestOf, sources } from "./requests.ts";

const { table } = compileRules([
  { id: "orders", priority: 30, conditions: [hosts("api.example.com"), paths("/v1/order/*")] },
  { id: "canary", priority: 10, conditions: [paths("/v1/order/*"), header("x-stage", "canary")] },
  { id: "shop", priority: 20, conditions: [hosts("shop.example.com"), paths("/v1/*")] },
  { id: "never", priority: 40, conditions: [paths("/*")] },
]);

test("every rule up to the winner is listed in order of priority with the first condition that failed", () => {
  expect(explainRules(table, requestOf({ path: "/v1/order/7" }))).toEqual([
    { index: 0, id: "canary", priority: 10, failed: header("x-stage", "canary"), sent: [] },
    { index: 1, id: "shop", priority: 20, failed: hosts("shop.example.com"), sent: ["api.example.com"] },
    { index: 2, id: "orders", priority: 30 },
  ]);
});

test("when the default action takes the request, the last rule has failed too", () => {
  const trials = explainRules(table, requestOf({ path: "*" }));
  expect(trials.map(({ id }) => id)).toEqual(["canary", "shop", "orders", "never"]);
  expect(trials.every(({ failed }) => failed !== undefined)).toBe(true);
});

test.each<[string, RuleCondition, Parameters<typeof requestOf>[0], string[]]>([
  ["the host", hosts("a.test"), {}, ["api.example.com"]],
  ["the path", paths("/a"), { path: "/b", query: "c" }, ["/b"]],
  ["the method", methods("PUT"), {}, ["GET"]],
  ["the address of the peer", sources("192.0.2.0/24"), {}, ["10.0.0.1"]],
  ["each parameter", query({ key: "a", value: "2" }), { query: "a=1&b&A=3" }, ["a=1", "b", "A=3"]],
  ["no parameter without a query", query({ value: "*" }), {}, []],
  [
    "each occurrence of the header",
    header("X-Stage", "beta"),
    {
      headers: [
        ["x-stage", "a"],
        ["x-other", "b"],
        ["x-stage", "c"],
      ],
    },
    ["a", "c"],
  ],
])("beside the condition that failed stands what the request had there: %s", (_, condition, differences, sent) => {
  const { table: one } = compileRules([{ id: "rule", priority: 1, conditions: [condition] }]);
  expect(explainRules(one, requestOf(differences))).toEqual([{ index: 0, id: "rule", priority: 1, failed: condition, sent }]);
});
