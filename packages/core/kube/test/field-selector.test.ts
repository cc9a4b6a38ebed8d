import { expect, test } from "vitest";
import { matchesFields, parseFieldSelector } from "../src/field-selector.ts";
import { pod } from "./build.ts";

const web = { ...pod("web", { nodeName: "n1" }), status: { phase: "Running" } };

const cases: [selector: string, matches: boolean][] = [
  ["", true],
  ["metadata.name=web", true],
  ["metadata.name==web,metadata.namespace=default", true],
  ["metadata.name!=web", false],
  ["spec.nodeName=n1,status.phase!=Failed", true],
  ["spec.nodeName=", false],
  ["status.podIP=", true],
];

test.each(cases)("%j matches a pod: %s", (text, expected) => {
  const parsed = parseFieldSelector(text, "Pod");
  expect("requirements" in parsed && matchesFields(parsed.requirements, web)).toBe(expected);
});

test.each([
  ["spec.nodeName=n1", "Service", "spec.nodeName"],
  ["spec.containers=x", "Pod", "spec.containers"],
  ["nonsense", "Pod", "nonsense"],
])("%j of a %s is not supported", (text, kind, unsupported) => {
  expect(parseFieldSelector(text, kind)).toEqual({ unsupported });
});

test("an event's source means its component", () => {
  const event = { apiVersion: "v1", kind: "Event", metadata: { name: "e" }, source: { component: "scheduler" } };
  const parsed = parseFieldSelector("source=scheduler", "Event");
  expect("requirements" in parsed && matchesFields(parsed.requirements, event)).toBe(true);
});
