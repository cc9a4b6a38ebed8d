// Random rule tables and requests over a small alphabet, so that rules overlap, shadow one another and often match.
import type { RuleCondition } from "@loopway/model";
import fc from "fast-check";
import type { RequestView, RuleInput } from "../src/rule-input.ts";

const segment = fc.constantFrom("a", "b", "ab", "abc", "A", "v1");
const literalPath = fc.array(segment, { maxLength: 3 }).map((segments) => `/${segments.join("/")}`);
const path = fc.oneof(
  literalPath,
  fc
    .tuple(literalPath, fc.constantFrom("/*", "*", "/", "?", "*/b", "/*/b", "?b*", "**", "/*/a?", "*b", "/*/"))
    .map((parts) => parts.join("")),
  fc.constantFrom("*", "/*", "*.b", "/?", "?*"),
);
const prefixPair = literalPath.map((prefix) => (prefix === "/" ? ["/*"] : [prefix, `${prefix}/*`]));
const host = fc.constantFrom("a.test", "b.a.test", "B.A.TEST", "*.test", "*.a.test", "?.test", "b.*", "*", "c.test");
const headerName = fc.constantFrom("X-Canary", "x-canary", "User-Agent");
const word = fc.constantFrom("a", "b", "A", "ab", "*", "a*", "?", "*b", "a.b", "");
const queryWord = fc.oneof(word, fc.constantFrom("\\*", "a\\?", "\\", "a=b"));
const network = fc.constantFrom(
  "10.0.0.0/8",
  "10.1.0.0/16",
  "10.1.2.3/32",
  "0.0.0.0/0",
  "10.0.0.0/9",
  "2001:db8::/32",
  "::/0",
  "2001:db8::1/128",
);

const some = <T>(values: fc.Arbitrary<T>) => fc.array(values, { minLength: 1, maxLength: 3 });

/** The same to RE2 and to the oracle's RegExp. */
const regex = fc.constantFrom("^/a", "b$", "^/v[0-9]+(/|$)", "a|c", "^(a|b)+", "\\.test$", "^A", "a.b", "/.*/", "^$", "[^a-c]");
const hostRegex = some(regex).map((regexValues): RuleCondition => ({ field: "host-header", hostHeaderConfig: { regexValues } }));
const pathRegex = some(regex).map((regexValues): RuleCondition => ({ field: "path-pattern", pathPatternConfig: { regexValues } }));
const headerRegex = fc
  .record({ httpHeaderName: headerName, regexValues: some(regex) })
  .map((httpHeaderConfig): RuleCondition => ({ field: "http-header", httpHeaderConfig }));
const hostGlob = some(host).map((values): RuleCondition => ({ field: "host-header", hostHeaderConfig: { values } }));
const hostCondition = fc.oneof({ weight: 9, arbitrary: hostGlob }, { weight: 1, arbitrary: hostRegex });
const pathGlob = fc
  .oneof(some(path), prefixPair)
  .map((values): RuleCondition => ({ field: "path-pattern", pathPatternConfig: { values } }));
const pathCondition = fc.oneof({ weight: 9, arbitrary: pathGlob }, { weight: 1, arbitrary: pathRegex });
const methodCondition = some(fc.constantFrom("GET", "HEAD", "POST", "get")).map(
  (values): RuleCondition => ({ field: "http-request-method", httpRequestMethodConfig: { values } }),
);
const sourceCondition = some(network).map((values): RuleCondition => ({ field: "source-ip", sourceIPConfig: { values } }));
const headerGlob = fc
  .record({ httpHeaderName: headerName, values: some(word) })
  .map((httpHeaderConfig): RuleCondition => ({ field: "http-header", httpHeaderConfig }));
const headerCondition = fc.oneof({ weight: 4, arbitrary: headerGlob }, { weight: 1, arbitrary: headerRegex });
const queryCondition = some(fc.record({ key: queryWord, value: queryWord }, { requiredKeys: ["value"] })).map(
  (values): RuleCondition => ({ field: "query-string", queryStringConfig: { values } }),
);

const rarely = (condition: fc.Arbitrary<RuleCondition>) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: condition });

const conditions = fc
  .tuple(
    fc.option(hostCondition, { nil: undefined, freq: 3 }),
    fc.option(pathCondition, { nil: undefined, freq: 6 }),
    rarely(methodCondition),
    rarely(sourceCondition),
    rarely(headerCondition),
    rarely(headerCondition),
    rarely(queryCondition),
    rarely(queryCondition),
  )
  .map((list) => list.filter((condition) => condition !== undefined))
  .filter((list) => list.length > 0);

/** Rules of every kind of condition; priorities repeat now and then. */
export const ruleTable: fc.Arbitrary<RuleInput[]> = fc
  .array(fc.record({ priority: fc.integer({ min: 1, max: 30 }), conditions }), { minLength: 1, maxLength: 20 })
  .map((rules) => rules.map((rule, index) => ({ id: `r${index}`, ...rule })));

const header = fc.record({
  key: fc.constantFrom("x-canary", "user-agent", "accept"),
  value: fc.constantFrom("a", "B", "ab", "A.B", "", "axb"),
});

export const request: fc.Arbitrary<RequestView> = fc
  .record({
    host: fc.constantFrom("a.test", "b.a.test", "c.test", "x.a.test", "test", ""),
    path: fc.oneof(
      literalPath,
      fc.tuple(literalPath, literalPath).map((parts) => parts.join("")),
      fc.constantFrom("*", "/a/", "//", "/a//b", "/a%2fb", "", "/a.b"),
    ),
    query: fc.option(fc.constantFrom("", "a=b", "A=B&a", "b=*", "a=a?", "ab=ab&=", "x=a=b", "\\=\\"), { nil: undefined }),
    method: fc.constantFrom("GET", "POST", "HEAD"),
    headers: fc.array(header, { maxLength: 3 }),
    sourceIp: fc.constantFrom("10.1.2.3", "10.200.0.1", "192.168.0.1", "2001:db8::1", "fe80::1"),
  })
  .map(({ headers, ...rest }) => ({ ...rest, keys: headers.map(({ key }) => key), values: headers.map(({ value }) => value) }));
