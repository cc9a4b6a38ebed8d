import type { LabelSelector } from "@loopway/model";
import { expect, test } from "vitest";
import { formatSelector, matchesSelector, parseSelector } from "../src/label-selector.ts";

const labels = { app: "web", tier: "front", "loopway.dev/stack": "k8s-a" };

const texts: [selector: string, matches: boolean][] = [
  ["", true],
  ["app=web", true],
  ["app==web", true],
  ["app = web", true],
  ["app=api", false],
  ["app!=api", true],
  ["absent!=api", true],
  ["app=web,tier=front", true],
  ["app=web,tier=back", false],
  ["tier in (front, back)", true],
  ["tier in (back)", false],
  ["tier notin (back,middle)", true],
  ["absent notin (x)", true],
  ["app", true],
  ["absent", false],
  ["!absent", true],
  ["!app", false],
  ["loopway.dev/stack=k8s-a,app in (web)", true],
  ["app=", false],
  ["absent=", false],
];

test.each(texts)("%j matches: %s", (text, expected) => {
  const selector = parseSelector(text);
  expect(selector && matchesSelector(selector, labels)).toBe(expected);
});

test.each(["app in web", "=web", "app=(a)", "a b", "app in (a", "-app=web"])("%j does not parse", (text) => {
  expect(parseSelector(text)).toBeUndefined();
});

const selectors: { name: string; selector: LabelSelector; matches: boolean }[] = [
  { name: "an empty selector matches everything", selector: {}, matches: true },
  { name: "all matchLabels must hold", selector: { matchLabels: { app: "web", tier: "x" } }, matches: false },
  {
    name: "labels and expressions must hold",
    selector: { matchLabels: { app: "web" }, matchExpressions: [{ key: "tier", operator: "Exists" }] },
    matches: true,
  },
];

test.each(selectors)("$name", ({ selector, matches }) => {
  expect(matchesSelector(selector, labels)).toBe(matches);
});

test("a selector's text parses to the same selection", () => {
  const text = formatSelector({
    matchLabels: { app: "web" },
    matchExpressions: [
      { key: "tier", operator: "In", values: ["a", "front"] },
      { key: "x", operator: "DoesNotExist" },
    ],
  });
  expect(text).toBe("app=web,tier in (a,front),!x");
  expect(matchesSelector(parseSelector(text) ?? {}, labels)).toBe(true);
});
