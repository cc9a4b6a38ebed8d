import type { Action, Listener, LoadBalancer, Rule, RuleCondition, Transform } from "@loopway/model";
import { expect, test } from "vitest";
import { compileStack, type StackObjects } from "../src/compile-stack.ts";
import { matchRule } from "../src/match-rule.ts";
import { loadRegexEngine } from "../src/regex.ts";
import { paths, requestOf } from "./requests.ts";

const compileRegex = await loadRegexEngine();
const apiVersion = "elbv2.services.k8s.aws/v1alpha1";
const actions: Action[] = [{ type: "fixed-response", fixedResponseConfig: { statusCode: "404" } }];
const loadBalancer: LoadBalancer = {
  apiVersion,
  kind: "LoadBalancer",
  metadata: { name: "lb" },
  spec: { name: "lb", type: "application", scheme: "internal" },
};

const listener = (port: number): Listener => ({
  apiVersion,
  kind: "Listener",
  metadata: { name: `lb-${port}` },
  spec: { loadBalancerRef: { from: { name: "lb" } }, port, protocol: "HTTP", defaultActions: actions },
});

const rule = (port: number, priority: number, conditions: RuleCondition[], transforms?: Transform[]): Rule => ({
  apiVersion,
  kind: "Rule",
  metadata: { name: `lb-${port}-${priority}` },
  spec: { listenerRef: { from: { name: `lb-${port}` } }, priority, conditions, actions, ...(transforms && { transforms }) },
});

const stackOf = (...rules: Rule[]): StackObjects => ({ loadBalancer, listeners: [listener(80), listener(8080)], rules, targetGroups: [] });

test("each listener has its own rules, and its default action behind them", () => {
  const { table, problems } = compileStack(stackOf(rule(8080, 2, [paths("/b")]), rule(80, 1, [paths("/a")]), rule(8080, 1, [paths("/a")])));
  expect(problems).toEqual([]);
  expect(table.listeners.map(({ listenerPort, rules }) => [listenerPort, rules.rules.map(({ id }) => id)])).toEqual([
    [80, ["lb-80-1"]],
    [8080, ["lb-8080-1", "lb-8080-2"]],
  ]);
  expect(table.listeners.map(({ defaultRule }) => defaultRule.decision)).toMatchObject([
    { rule: "default", priority: "default", action: "fixed-response 404" },
    { rule: "default", priority: "default", action: "fixed-response 404" },
  ]);
  expect(table.listeners.map(({ defaultRule }) => defaultRule.transforms)).toEqual([undefined, undefined]);
});

const byRegex: RuleCondition = { field: "path-pattern", pathPatternConfig: { regexValues: ["^/a"] } };
const rewrite: Transform = { type: "url-rewrite", urlRewriteConfig: { rewrites: [{ regex: "^/a", replace: "/b" }] } };

test("rules with regular expressions need the engine; without it they are left out with a problem, and the rest works", () => {
  const stack = stackOf(rule(80, 1, [byRegex]), rule(80, 2, [paths("/a")], [rewrite]), rule(80, 3, [paths("/c")]));
  const without = compileStack(stack);
  expect(without.problems.map(({ object, path }) => `${object} ${path}`)).toEqual([
    "Rule lb-80-2 transforms[0]",
    "Rule lb-80-1 conditions[0]",
  ]);
  expect(without.table.listeners[0]?.rules.rules.map(({ id }) => id)).toEqual(["lb-80-3"]);
  const { table, problems } = compileStack(stack, { compileRegex, previous: without.table });
  expect(problems).toEqual([]);
  expect(table.listeners[0]?.rules.rules.map(({ id, transforms }) => [id, transforms !== undefined])).toEqual([
    ["lb-80-1", false],
    ["lb-80-2", true],
    ["lb-80-3", false],
  ]);
});

test("what a change leaves alone is taken over from the table before, and the changed rule is seen", () => {
  const kept = rule(80, 2, [paths("/b")]);
  const before = compileStack(stackOf(rule(80, 1, [paths("/a")]), kept)).table;
  const { table } = compileStack(stackOf(rule(80, 1, [paths("/x")]), kept), { previous: before });
  const [first] = table.listeners;
  expect(["/a", "/x", "/b"].map((path) => first && matchRule(first.rules, requestOf({ path })))).toEqual([-1, 0, 1]);
  expect(first?.rules.parts[1]).toBe(before.listeners[0]?.rules.parts[1]);
});
