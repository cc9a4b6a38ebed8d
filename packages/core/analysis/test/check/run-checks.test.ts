import { describe, expect, test } from "vitest";
import { type CheckCase, initialCases, runChecks } from "../../src/index.ts";
import { deployment, ingress, path, service, settleText } from "../fixtures/manifests.ts";
import { caseOf, casesOf } from "./cases.ts";

const split = `{ path: /split, pathType: Exact, backend: { service: { name: split, port: { name: use-annotation } } } }`;
const moved = `{ path: /old, pathType: Prefix, backend: { service: { name: moved, port: { name: use-annotation } } } }`;
const gone = `{ path: /gone, pathType: Exact, backend: { service: { name: gone, port: { name: use-annotation } } } }`;
const annotation = (name: string, value: object) => `alb.ingress.kubernetes.io/${name}: '${JSON.stringify(value)}'`;
const weighted = (serviceName: string, weight: number) => ({ serviceName, servicePort: 80, weight });
const annotations = [
  annotation("actions.split", { type: "forward", forwardConfig: { targetGroups: [weighted("blue", 90), weighted("green", 10)] } }),
  annotation("actions.moved", { type: "redirect", redirectConfig: { host: "new.example.com", statusCode: "HTTP_302" } }),
  annotation("actions.gone", { type: "fixed-response", fixedResponseConfig: { contentType: "text/plain", statusCode: "410" } }),
].join(", ");

const settled = settleText(
  ["blue", "green"].map((name) => deployment(name) + service(name)).join("") +
    service("lonely", { selector: "nobody" }) +
    ingress("web", { paths: [path("/blue", "blue"), path("/lonely", "lonely"), split, moved, gone], annotations }),
);
const failuresOf = (one: CheckCase) => runChecks(settled, [one]).results[0]?.failures;
const url = (rest: string) => `{ url: "http://a.example.com${rest}" }`;

test("the manifests of these tests settle", () => expect(settled.problems.filter(({ severity }) => severity === "error")).toEqual([]));

describe("a case holds", () => {
  test.each([
    [url("/blue/1"), "{ service: blue }"],
    [url("/blue/1"), "{ service: default/blue:80, status: null, redirect: '' }"],
    [url("/blue/1"), "{ service: default/blue, rule: web }"],
    [url("/blue/1"), "{ service: 'blue:80', rule: default/web }"],
    [url("/nope"), "{ service: '', rule: default, status: 404 }"],
    [url("/gone"), "{ status: 410, targetGroup: '' }"],
    [url("/lonely"), "{ service: lonely, status: 503 }"],
    [url("/old/x?q=1"), "{ status: 302, redirect: http://new.example.com/old/x?q=1 }"],
    [url("/old/x?q=1"), "{ redirect: http://new.example.com:80/old/x?q=1 }"],
    [url("/old/x?q=1"), "{ redirect: /old/x?q=1 }"],
    [url("/split"), "{ service: blue, weights: { blue: 90, green: 10 } }"],
    ["{ host: a.example.com, path: /split, random: 0.95 }", "{ service: green, weights: { blue: 9, green: 1 } }"],
    ["{ host: a.example.com, path: /blue, sourceIp: 10.0.0.9, headers: { X-A: b, Connection: close, X-Forwarded-For: 10.1.1.1 } }", "{ host: a.example.com, path: /blue, headers: { x-a: b, Connection: null, X-Forwarded-For: '10.1.1.1, 10.0.0.9', X-Forwarded-Proto: http, X-Forwarded-Port: { prefix: '8' } } }"], // biome-ignore format: one row
  ])("%s → %s", (input, expected) => {
    expect(failuresOf(caseOf(input, expected))).toEqual([]);
  });
});

describe("a case fails, with what was expected and what there is", () => {
  test.each([
    [url("/blue/1"), "{ service: green }", { field: "service", expected: "green", actual: "default/blue:80" }],
    [url("/blue/1"), "{ service: other/blue }", { field: "service", expected: "other/blue", actual: "default/blue:80" }],
    [url("/nope"), "{ service: blue }", { field: "service", expected: "blue", actual: "none" }],
    [url("/blue"), "{ service: '' }", { field: "service", expected: "none", actual: "default/blue:80" }],
    [url("/blue"), "{ status: 200 }", { field: "status", expected: "200", actual: "whatever the Service answers" }],
    [url("/gone"), "{ status: 404 }", { field: "status", expected: "404", actual: "410" }],
    [url("/gone"), "{ rule: default }", { field: "rule", expected: "default", actual: "2 of default/web" }],
    [url("/old/x"), "{ redirect: https://new.example.com/old/x }", { field: "redirect", expected: "https://new.example.com/old/x", actual: "http://new.example.com:80/old/x" }], // biome-ignore format: one row
    [url("/split"), "{ weights: { blue: 50, green: 50 } }", { field: "weights", expected: "blue 50, green 50", actual: "default/blue:80 90 %, default/green:80 10 %" }], // biome-ignore format: one row
    [url("/split"), "{ weights: { blue: 9, gren: 1 } }", { field: "weights", expected: "blue 9, gren 1", actual: "default/blue:80 90 %, default/green:80 10 %" }], // biome-ignore format: one row
    [url("/blue"), "{ headers: { X-Forwarded-Proto: https } }", { field: "headers.X-Forwarded-Proto", expected: "https", actual: "http" }], // biome-ignore format: one row
    [url("/gone"), "{ headers: { X-A: b } }", { field: "backend", expected: "the request goes on to a Service", actual: "410" }],
    [
      "{ url: 'https://a.example.com/' }",
      "{ status: 404 }",
      { field: "request", expected: "an answer", actual: "nothing listens on port 443" },
    ],
    ["{ host: a, loadBalancer: nope }", "{ status: 404 }", { field: "request", expected: "an answer", actual: "there is no load balancer or group named nope" }], // biome-ignore format: one row
  ])("%s → %s", (input, expected, failure) => {
    expect(failuresOf(caseOf(input, expected))).toEqual([failure]);
  });
});

test("rules that no case reaches are named, with their origin", () => {
  const { rules, uncovered } = runChecks(settled, [caseOf(url("/blue"), "{}"), caseOf(url("/gone"), "{}"), caseOf(url("/nope"), "{}")]);
  expect(rules).toBe(5);
  expect(uncovered.map(({ listenerPort, rule }) => [listenerPort, rule.decision.origin?.name, rule.decision.origin?.pointer])).toEqual([
    [80, "web", "/spec/rules/0/http/paths/2"],
    [80, "web", "/spec/rules/0/http/paths/1"],
    [80, "web", "/spec/rules/0/http/paths/3"],
  ]);
});

test("Envoy's number chooses by the sum of the weights", () => {
  const weightedCase = (value: number) =>
    casesOf(
      `tests: [{ test_name: t, input: { authority: a.example.com, path: /split, random_value: ${value} }, validate: { cluster_name: ${value % 100 < 90 ? "blue" : "green"} } }]`,
    ).cases;
  const report = runChecks(settled, [0, 89, 90, 99, 100, 189, 190].flatMap(weightedCase));
  expect(report).toMatchObject({ passed: 7, failed: 0 });
});

test("two load balancers: the one with a rule for the request takes it, and a test may name one", () => {
  const two = settleText(
    deployment("blue") +
      service("blue") +
      ingress("one", { host: "one.test", paths: [path("/", "blue")] }) +
      ingress("two", { host: "two.test", paths: [path("/", "blue")] }),
  );
  const results = runChecks(two, [
    caseOf("{ url: http://two.test/ }", "{ rule: two }"),
    caseOf("{ url: http://two.test/, loadBalancer: default/one }", "{ rule: default, status: 404 }"),
    caseOf("{ url: http://three.test/ }", "{}"),
  ]).results;
  expect(results.map(({ failures }) => failures)).toEqual([
    [],
    [],
    [{ field: "request", expected: "an answer", actual: "no rule is for three.test; say with loadBalancer which of default/one, default/two gets the request" }], // biome-ignore format: one row
  ]);
});

test("the first cases reach their rules, and hold", () => {
  const initial = initialCases(settled);
  expect(initial.map(({ rule, reached }) => reached?.answered.rule === rule)).toEqual([true, true, true, true, true]);
});

test("a rule that the ones before it shadow has no first case", () => {
  const shadowing = settleText(
    deployment("blue") + service("blue") + ingress("web", { paths: ["{ path: '/*', backend: { service: { name: blue, port: { number: 80 } } }, pathType: ImplementationSpecific }", "{ path: '/a*', backend: { service: { name: blue, port: { number: 80 } } }, pathType: ImplementationSpecific }"] }), // biome-ignore format: one row
  );
  expect(initialCases(shadowing).map(({ reached }) => reached?.request.path)).toEqual(["/", undefined]);
});
