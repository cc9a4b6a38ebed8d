import { describe, expect, test } from "vitest";
import { Replay, type ReplayReport, type Routes } from "../../src/index.ts";
import { logLine } from "./log-line.ts";
import { arnOf, fixed, forward, headerIs, hostIs, pathIs, redirect, routesOfRules } from "./tables.ts";

const example = routesOfRules([
  { conditions: [pathIs("/a*")], action: forward("a") },
  { conditions: [pathIs("/both")], action: forward("a", "b") },
  { conditions: [pathIs("/old*")], action: redirect },
  { conditions: [pathIs("/gone")], action: fixed("410") },
  { conditions: [pathIs("/user"), headerIs("User-Agent", "curl/*")], action: forward("b") },
]);

function replay(routes: Routes, lines: readonly string[], newRoutes?: Routes): ReplayReport {
  const replayed = new Replay({ routes: [routes], ...(newRoutes !== undefined && { newRoutes: [newRoutes] }) });
  replayed.startFile("alb.log");
  for (const line of lines) replayed.add(line);
  return replayed.report();
}

const line = (path: string, changes: Record<number, string> = {}) => logLine({ 13: `"GET http://a.test:80${path} HTTP/1.1"`, ...changes });
const toGroup = (group: string) => ({ 17: arnOf(group) });
const answered = (status: string, action: string, more = {}) => ({ 5: "-", 9: status, 10: "-", 17: "-", 23: `"${action}"`, ...more });

describe("a line agrees with the manifests", () => {
  test.each([
    ["forwarded by its rule", line("/abc", toGroup("a"))],
    ["forwarded, whatever the status of the target", line("/abc", { ...toGroup("a"), 9: "500", 10: "500" })],
    ["forwarded to nobody", line("/abc", { ...answered("503", "forward"), ...toGroup("a") })],
    ["given up by its client", line("/abc", { ...answered("460", "forward"), ...toGroup("a") })],
    ["forwarded to the second of two groups", line("/both", { ...toGroup("b"), 21: "2" })],
    ["redirected", line("/old?q=1", answered("301", "redirect", { 21: "3", 24: '"https://a.test:443/old?q=1"' }))],
    ["answered by a fixed response", line("/gone", answered("410", "fixed-response", { 21: "4" }))],
    ["taken by its user agent", line("/user", { ...toGroup("b"), 21: "5" })],
    ["taken by nobody", line("/nope", answered("404", "fixed-response", { 21: "0" }))],
    ["stopped by a firewall behind its rule", line("/gone", answered("403", "waf", { 21: "4" }))],
    ["refused for its method", logLine({ 13: '"TRACE http://a.test:80/ HTTP/1.1"', 9: "405", 21: "-1" })],
  ])("%s", (_, text) => {
    expect(replay(example, [text])).toMatchObject({ decidable: 1, predicted: 1, mismatches: [] });
  });
});

describe("a line disagrees", () => {
  test.each([
    ["rule", "with another rule", line("/abc", { ...toGroup("a"), 21: "2" })],
    ["rule", "with the default action", line("/abc", answered("404", "fixed-response", { 21: "0" }))],
    ["action", "with another action of the same rule", line("/gone", { 21: "4" })],
    ["status", "with another status", line("/gone", answered("404", "fixed-response", { 21: "4" }))],
    ["status", "with a redirect of another kind", line("/old", answered("302", "redirect", { 21: "3" }))],
    ["location", "with another location", line("/old", answered("301", "redirect", { 21: "3", 24: '"https://b.test:443/old"' }))],
    ["group", "with another Service", line("/abc", toGroup("b"))],
    ["listener", "with a port on which nothing listens", logLine({ 13: '"GET http://a.test:81/abc HTTP/1.1"' })],
  ])("%s: %s", (difference, _, text) => {
    const report = replay(example, [text]);
    expect(report).toMatchObject({ decidable: 1, predicted: 0, mismatches: [{ difference, count: 1 }] });
    expect(report.mismatches[0]?.example).toEqual({ file: "alb.log", line: 1, text });
  });

  test("kinds of disagreement are counted, the most frequent first", () => {
    const lines = ["/gone", "/abc", "/abc2", "/abc3"].map((path) => line(path, { ...toGroup("a"), 21: path === "/gone" ? "4" : "2" }));
    const { mismatches } = replay(example, [...lines, ""]);
    expect(mismatches.map(({ difference, count, example: { line: number } }) => [difference, count, number])).toEqual([
      ["rule", 3, 2],
      ["action", 1, 1],
    ]);
  });
});

test("malformed lines are counted by reason and stop nothing", () => {
  const report = replay(example, ["nonsense", line("/abc", toGroup("a")), "more nonsense"]);
  expect(report).toMatchObject({ lines: 3, malformed: 2, predicted: 1 });
  expect(report.malformedReasons.map(({ reason, count, example: { line: number } }) => [reason, count, number])).toEqual([
    ["has 1 fields; expected at least 29", 1, 1],
    ["has 2 fields; expected at least 29", 1, 3],
  ]);
});

test("what was refused before rules is not about rules, by status", () => {
  const unread = logLine({ 9: "400", 13: '"- http://10.0.0.30:80- -"', 21: "-1" });
  const report = replay(example, [unread, unread, line("/abc", { 9: "408", 21: "-" })]);
  expect(report).toMatchObject({ decidable: 0, notAboutRules: 3 });
  expect(report.notAboutRulesByStatus.map(({ status, count }) => [status, count])).toEqual([
    [400, 2],
    [408, 1],
  ]);
});

describe("headers that no log has", () => {
  const canary = routesOfRules([
    { conditions: [pathIs("/first")], action: forward("a") },
    { conditions: [pathIs("/a*"), headerIs("X-Canary", "1")], action: forward("b") },
    { conditions: [pathIs("/*")], action: forward("a") },
    { conditions: [headerIs("X-Late", "1")], action: forward("b") },
  ]);

  test.each([
    ["before the winner make a line undecidable", "/abc", "3", 1],
    ["of the winner itself make a line undecidable", "/abc", "2", 1],
    ["of a rule that another condition excludes do not", "/first", "1", 0],
    ["of a rule behind the winner do not", "/b", "3", 0],
  ])("%s", (_, path, priority, undecidable) => {
    const report = replay(canary, [line(path, { 21: priority, ...toGroup("a") })]);
    expect(report).toMatchObject({ undecidable, decidable: 1 - undecidable, predicted: 1 - undecidable });
    expect(report.undecidableRules.map(({ expectation }) => expectation.rule.id)).toEqual(undecidable === 1 ? ["r2"] : []);
  });
});

describe("target groups of a real cluster", () => {
  const named = (group: string) => `k8s-default-${group}-0123456789`;
  const routes = routesOfRules([
    { conditions: [pathIs("/a")], action: forward(named("orders")) },
    { conditions: [pathIs("/b")], action: forward(named("payment")) },
  ]);
  const elsewhere = (service: string) => ({ 17: arnOf(`k8s-default-${service}-abcdefabcd`) });

  test("agree by name, whatever the hash", () => {
    const report = replay(routes, [line("/a", elsewhere("orders")), line("/b", { ...elsewhere("payment"), 21: "2" })]);
    expect(report).toMatchObject({ predicted: 2, mismatches: [] });
  });

  test("of another Service are told by name", () => {
    const report = replay(routes, [line("/a", elsewhere("payment"))]);
    expect(report.mismatches).toMatchObject([{ difference: "group", logged: { service: `default/${named("payment")}:80` } }]);
  });

  test("with names of their own are what most of their lines say", () => {
    const own = (name: string) => ({ 17: arnOf(name) });
    const report = replay(routes, [
      ...Array.from({ length: 3 }, () => line("/a", own("blue"))),
      ...Array.from({ length: 2 }, () => line("/b", { ...own("green"), 21: "2" })),
      line("/b", { ...own("blue"), 21: "2" }),
    ]);
    expect(report).toMatchObject({ decidable: 6, predicted: 5, mismatches: [{ difference: "group", count: 1 }] });
  });
});

describe("the load balancer of a log", () => {
  test.each([
    ["app/k8s-default-web-0123456789/1", "same name"],
    ["app/k8s-default-web-ffffffffff/1", "same name but for the hash"],
    ["app/production/1", "the only one"],
  ])("%s is found by %s", (logged, likeness) => {
    const routes = routesOfRules([{ conditions: [hostIs("a.test")], action: forward("a") }], { name: "k8s-default-web-0123456789" });
    expect(replay(routes, [line("/", { 3: logged, ...toGroup("a") })])).toMatchObject({
      predicted: 1,
      loadBalancers: [{ logged, name: "k8s-default-web-0123456789", likeness, lines: 1 }],
    });
  });

  test.each([
    ["app/third/1", [example, routesOfRules([], { name: "other" })]],
    ["app/k8s-default-other-ffffffffff/1", [routesOfRules([], { name: "k8s-default-web-0123456789" })]],
  ])("%s, which these manifests do not make, is foreign", (logged, routes) => {
    const replayed = new Replay({ routes });
    replayed.add(line("/abc", { 3: logged }));
    expect(replayed.report()).toMatchObject({ foreign: 1, decidable: 0, loadBalancers: [{ logged, lines: 1 }] });
  });
});

describe("new manifests", () => {
  const next = routesOfRules([
    { conditions: [pathIs("/abc")], action: forward("b") },
    { conditions: [pathIs("/a*")], action: forward("a") },
    { conditions: [pathIs("/gone")], action: redirect },
  ]);

  test("move requests from answer to answer; another rule with the same answer moves nothing", () => {
    const lines = ["/abc", "/abc", "/abd", "/gone", "/nope"].map((path) => line(path));
    const { moves } = replay(example, lines, next);
    expect(moves).toMatchObject({ requests: 5, moved: 3, undecidable: 0 });
    expect(moves?.classes.map(({ from, to, count }) => [from?.routing.kind, to?.routing.kind, count])).toEqual([
      ["forward", "forward", 2],
      ["fixed-response", "redirect", 1],
    ]);
  });

  test("say nothing of requests that a header decides", () => {
    const canary = routesOfRules([{ conditions: [headerIs("X-Canary", "1")], action: forward("b") }]);
    const { moves } = replay(example, [line("/abc")], canary);
    expect(moves).toMatchObject({ moved: 0, undecidable: 1, undecidableRules: [{ expectation: { rule: { id: "r1" } } }] });
  });
});
