import type { Action, RuleCondition } from "@loopway/model";
import { expect, test } from "vitest";
import { optimizeRules } from "../../src/load-balancer/optimize-rules.ts";
import { ingress } from "./objects.ts";

const place = { ingress: ingress("web", {}), pointer: "" };
const toHttps: Action = { type: "redirect", redirectConfig: { statusCode: "HTTP_301", protocol: "HTTPS", port: "443" } };
const notFound: Action = { type: "fixed-response", fixedResponseConfig: { statusCode: "404" } };
const host = (...values: string[]): RuleCondition => ({ field: "host-header", hostHeaderConfig: { values } });
const path = (...values: string[]): RuleCondition => ({ field: "path-pattern", pathPatternConfig: { values } });
const regex = (...regexValues: string[]): RuleCondition => ({ field: "path-pattern", pathPatternConfig: { regexValues } });
const method: RuleCondition = { field: "http-request-method", httpRequestMethodConfig: { values: ["GET"] } };
const rule = (action: Action, ...conditions: RuleCondition[]) => ({ place, conditions, actions: [action] });
const redirect = (config: Omit<NonNullable<Action["redirectConfig"]>, "statusCode">): Action => ({
  type: "redirect",
  redirectConfig: { statusCode: "HTTP_302", ...config },
});

const http = { listenerPort: 80, protocol: "HTTP" as const, ingresses: [] };
const https = { listenerPort: 443, protocol: "HTTPS" as const, ingresses: [] };

test("a redirect to HTTPS stays on the HTTP listener, takes what is behind it, and vanishes on the HTTPS listener", () => {
  const rules = [rule(toHttps, path("/*")), rule(notFound, host("a.example.com"), path("/a"))];
  expect(optimizeRules(rules, http)).toEqual([rules[0]]);
  expect(optimizeRules(rules, https)).toEqual([rules[1]]);
});

const loops: [name: string, action: Action, isLoop: boolean][] = [
  ["nothing changed", redirect({}), true],
  [
    "every field as it came",
    redirect({ host: "#{host}", path: "/#{path}", port: "#{port}", protocol: "#{protocol}", query: "#{query}" }),
    true,
  ],
  ["the rule's own host and path", redirect({ host: "a.example.com", path: "/a" }), true],
  ["another host", redirect({ host: "b.example.com" }), false],
  ["another path", redirect({ path: "/b" }), false],
  ["another port", redirect({ port: "8080" }), false],
  ["another query", redirect({ query: "x=1" }), false],
];

test.each(loops)("a redirect with %s", (_name, action, isLoop) => {
  const rules = [rule(action, host("a.example.com"), path("/a"))];
  expect(optimizeRules(rules, http)).toEqual(isLoop ? [] : rules);
});

test("a rule with a regex path is never taken for a loop", () => {
  const rules = [rule(redirect({ host: "a.example.com" }), host("a.example.com"), regex("^/.*$"))];
  expect(optimizeRules(rules, http)).toEqual(rules);
});

const away = redirect({ host: "elsewhere.example.com" });
const coverings: [name: string, earlier: RuleCondition[], later: RuleCondition[], isCovered: boolean][] = [
  ["no host covers every host", [path("/a")], [host("x"), path("/a")], true],
  ["a host does not cover none", [host("x")], [path("/a")], false],
  ["more hosts cover fewer", [host("x", "y")], [host("y"), path("/a")], true],
  ["fewer hosts do not cover more", [host("x")], [host("x", "y")], false],
  ["/* covers every path", [path("/*")], [path("/a", "/a/*")], true],
  ["/a/* is compared as a text, so it does not cover /a/b", [path("/a/*")], [path("/a/b")], false],
  ["a path does not cover none", [path("/a")], [host("x")], false],
  ["equal regexes cover each other", [regex("^/a$")], [regex("^/a$")], true],
  ["a wide regex does not cover a narrow one", [regex("^/.*$")], [regex("^/a$")], false],
  ["another condition on the earlier rule covers nothing", [path("/*"), method], [path("/a")], false],
  ["another condition on the later rule is covered", [path("/*")], [path("/a"), method], true],
];

test.each(coverings)("behind a redirect: %s", (_name, earlier, later, isCovered) => {
  const rules = [rule(away, ...earlier), rule(notFound, ...later)];
  expect(optimizeRules(rules, http)).toHaveLength(isCovered ? 1 : 2);
});

test("behind a forward or fixed response nothing is dropped", () => {
  const rules = [rule(notFound, path("/*")), rule(notFound, path("/a"))];
  expect(optimizeRules(rules, http)).toEqual(rules);
});
