import type { RuleCondition } from "@loopway/model";
import { compileRules, loadRegexEngine } from "@loopway/routing";
import { expect, test } from "vitest";
import { witnessOf } from "../../src/check/witness-request.ts";

const compileRegex = await loadRegexEngine();
const host = (...values: string[]): RuleCondition => ({ field: "host-header", hostHeaderConfig: { values } });
const path = (...values: string[]): RuleCondition => ({ field: "path-pattern", pathPatternConfig: { values } });
const pathRegex = (...regexValues: string[]): RuleCondition => ({ field: "path-pattern", pathPatternConfig: { regexValues } });
const header = (...values: string[]): RuleCondition => ({ field: "http-header", httpHeaderConfig: { httpHeaderName: "X-A", values } });
const method = (...values: string[]): RuleCondition => ({ field: "http-request-method", httpRequestMethodConfig: { values } });
const source = (...values: string[]): RuleCondition => ({ field: "source-ip", sourceIPConfig: { values } });
const query = (value: string, key?: string): RuleCondition => ({
  field: "query-string",
  queryStringConfig: { values: [key === undefined ? { value } : { key, value }] },
});

test.each<[string, RuleCondition[][], object | undefined]>([
  ["wildcards are filled with nothing first", [[host("*.a.test"), path("/v?/*")]], { host: ".a.test", path: "/vx/" }],
  ["then with what an earlier rule does not take", [[path("/a/")], [path("/a/*")]], { path: "/a/x" }],
  ["a second value is tried where the first is taken", [[path("/a")], [path("/a", "/b")]], { path: "/b" }],
  ["headers, methods, addresses and parameters", [[header("on*"), method("PUT"), source("10.0.0.0/8"), query("1?", "a")]], { method: "PUT", sourceIp: "10.0.0.0", query: "a=1x", keys: ["x-a"], values: ["on"] }], // biome-ignore format: one row
  ["a parameter without key, with a real asterisk", [[query("\\*")]], { query: "q=*" }],
  ["two parameters", [[query("1", "a"), query("2", "b")]], { query: "a=1&b=2" }],
  ["regular expressions", [[pathRegex("^/(api|v[0-9]+)/\\w{2}$")]], { path: "/api/xx" }],
  ["a rule that is shadowed", [[path("*")], [path("/a")]], undefined],
  ["a rule that two rules shadow together", [[method("GET", "POST")], [method("POST"), path("/a")]], undefined],
])("%s", (_, rules, expected) => {
  const { table } = compileRules(
    rules.map((conditions, index) => ({ id: `r${index}`, priority: index + 1, conditions })),
    { compileRegex },
  );
  const witness = witnessOf(table, rules.length - 1);
  if (expected === undefined) expect(witness).toBeUndefined();
  else expect(witness).toMatchObject(expected);
});
