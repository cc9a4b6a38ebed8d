/** What the matchers accept, and what they say where they do not. */
import { expect, test } from "vitest";
import { type RoutingMatchers, routingMatchers } from "../src/vitest.ts";
import { deployment, ingress, path, service, settleText } from "./fixtures/manifests.ts";

const moved = `alb.ingress.kubernetes.io/actions.moved: '{"type":"redirect","redirectConfig":{"host":"b.example.org","statusCode":"HTTP_302"}}'`;
const settled = settleText(
  ingress("shop", {
    paths: [path("/moved", "moved", "name: use-annotation"), path("/gone", "nobody"), path("/web", "web")],
    annotations: moved,
  }) +
    service("web") +
    deployment("web"),
);
const { toRouteTo, toAnswer, toRedirectTo } = routingMatchers;
const at = (path: string) => `http://a.example.com${path}`;

test.each<[string, { pass: boolean }, boolean]>([
  ["a path that leads to the Service", toRouteTo(settled, at("/web/x"), "default/web:80"), true],
  ["a path that leads to another", toRouteTo(settled, at("/gone"), "default/web:80"), false],
  ["another port of the Service", toRouteTo(settled, at("/web"), "default/web:8080"), false],
  ["the 503 of a Service that is not there", toAnswer(settled, at("/gone"), 503), true],
  ["the 404 of no rule", toAnswer(settled, `POST ${at("/")}`, 404), true],
  ["a status that is another", toAnswer(settled, at("/gone"), 404), false],
  ["a redirect", toRedirectTo(settled, at("/moved?a=1"), "http://b.example.org:80/moved?a=1"), true],
  ["a redirect to elsewhere", toRedirectTo(settled, at("/moved"), "http://b.example.org:80/"), false],
  [
    "a request in full",
    toRouteTo(
      settled,
      { method: "GET", url: "http://1.example.com/web", headers: [{ name: "Host", value: "a.example.com" }] },
      "default/web:80",
    ),
    false,
  ],
])("%s", (_name, { pass }, expected) => {
  expect(pass).toBe(expected);
});

test("a failure says what became of the request, with the line of the rule", () => {
  expect(toRouteTo(settled, at("/web"), "default/api:80").message()).toBe(
    "expected GET http://a.example.com/web to go to default/api:80\n  http://a.example.com/web: goes to default/web:80, by rule 3 (test.yaml:2)",
  );
});

test("every matcher has its type", () => {
  const typed: Record<keyof RoutingMatchers, unknown> = routingMatchers;
  expect(Object.keys(typed)).toEqual(Object.keys(routingMatchers));
});
