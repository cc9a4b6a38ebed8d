import { expect, test } from "vitest";
import { compileRules } from "../src/compile-rules.ts";
import { explainRules } from "../src/explain-rules.ts";
import { header, hosts, paths, requestOf } from "./requests.ts";

const { table } = compileRules([
  { id: "orders", priority: 30, conditions: [hosts("api.example.com"), paths("/v1/order/*")] },
  { id: "canary", priority: 10, conditions: [paths("/v1/order/*"), header("x-stage", "canary")] },
  { id: "shop", priority: 20, conditions: [hosts("shop.example.com"), paths("/v1/*")] },
  { id: "never", priority: 40, conditions: [paths("/*")] },
]);

test("every rule up to the winner is listed in order of priority with the first condition that failed", () => {
  expect(explainRules(table, requestOf({ path: "/v1/order/7" }))).toEqual([
    { index: 0, id: "canary", priority: 10, failed: header("x-stage", "canary") },
    { index: 1, id: "shop", priority: 20, failed: hosts("shop.example.com") },
    { index: 2, id: "orders", priority: 30 },
  ]);
});

test("when the default action takes the request, the last rule has failed too", () => {
  const trials = explainRules(table, requestOf({ path: "*" }));
  expect(trials.map(({ id }) => id)).toEqual(["canary", "shop", "orders", "never"]);
  expect(trials.every(({ failed }) => failed !== undefined)).toBe(true);
});
