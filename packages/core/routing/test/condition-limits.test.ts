import type { RuleCondition } from "@loopway/model";
import { expect, test } from "vitest";
import { conditionLimitProblems } from "../src/condition-limits.ts";
import { header, hosts, methods, paths, query, sources } from "./requests.ts";

const long = (length: number) => "a".repeat(length);

test.each<[string, RuleCondition, string | undefined]>([
  ["a host with wildcards", hosts("*.ex?mple.com"), undefined],
  ["a host of 129 characters", hosts(`${long(125)}.com`), "is longer than 128 characters"],
  ["a host with a slash", hosts("a/b.com"), "has characters that AWS does not take here"],
  ["a host with an underscore", hosts("my_api.example.com"), "has characters that AWS does not take here"],
  ["a host without dot", hosts("localhost"), "has no dot with only letters behind it"],
  ["a host that ends in digits", hosts("10.0.0.1"), "has no dot with only letters behind it"],
  ["a path with all characters", paths("/aZ0_-.$/~\"'@:+&*?"), undefined],
  ["a path of 129 characters", paths(`/${long(128)}`), "is longer than 128 characters"],
  ["a path with a percent sign", paths("/a%20b"), "has characters that AWS does not take here"],
  ["a path with a semicolon", paths("/a;b"), "has characters that AWS does not take here"],
  ["a header name of 41 characters", header(long(41), "a"), "is longer than 40 characters"],
  ["a wildcard in a header name", header("x-*", "a"), "has characters that AWS does not take here"],
  ["the header Host", header("host", "a.com"), "Host is asked for with a host-header condition"],
  ["a header value of 129 characters", header("a", long(129)), "is longer than 128 characters"],
  ["a method in lower case", methods("get"), "has characters that AWS does not take here"],
  ["a method of 41 characters", methods("A".repeat(41)), "is longer than 40 characters"],
  ["a custom method", methods("M-SEARCH"), undefined],
  ["a query key of 129 characters", query({ key: long(129), value: "a" }), "is longer than 128 characters"],
  ["a query value of 128 characters", query({ value: long(128) }), undefined],
  ["the broadcast address as source", sources("255.255.255.255/32"), "cannot be used"],
])("what may stand in a condition: %s", (_, condition, reason) => {
  const problems = conditionLimitProblems({ id: "r", conditions: [condition] });
  const expected = reason === undefined ? [] : [{ object: "Rule r", path: "conditions[0]", message: expect.stringContaining(reason) }];
  expect(problems).toMatchObject(expected);
});
