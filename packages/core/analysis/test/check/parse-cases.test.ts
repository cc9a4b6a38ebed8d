import { describe, expect, test } from "vitest";
import { casesOf } from "./cases.ts";

const input = (text: string) => casesOf(`tests: [{ input: ${text} }]`).cases[0]?.request;

describe("the request of a case", () => {
  test.each<[string, object]>([
    ["{ url: http://a.test/x }", { method: "GET", protocol: "http", host: "a.test", listenerPort: 80, path: "/x", query: undefined }],
    ["{ url: 'https://a.test?a=1', method: POST }", { method: "POST", protocol: "https", listenerPort: 443, path: "/", query: "a=1" }],
    ["{ url: 'http://a.test:8080/a//b/../%2f' }", { host: "a.test", listenerPort: 8080, path: "/a//b/../%2f" }],
    ["{ host: a.test, path: '/x?y' }", { host: "a.test", path: "/x", query: "y" }],
    ["{ host: 'a.test:81', path: /x, query: { a: 1, b: null } }", { listenerPort: 81, query: "a=1&b" }],
    ["{ host: a.test, port: 443, query: 'a=1' }", { listenerPort: 443, path: "/", query: "a=1" }],
    ["{ host: a, headers: { X-A: 1, X-B: [2, 3] } }", { headers: [{ name: "X-A", value: "1" }, { name: "X-B", value: "2" }, { name: "X-B", value: "3" }] }], // biome-ignore format: one row
    ["{ host: a, sourceIp: 10.0.0.1, random: 0.5 }", { sourceIp: "10.0.0.1", random: { share: 0.5 } }],
    ["{ host: a }", { sourceIp: "192.0.2.1", random: { share: 0 } }],
  ])("%s", (text, expected) => {
    expect(input(text)).toMatchObject(expected);
  });
});

describe("what is wrong with a file is a problem with its place", () => {
  test.each([
    ["nothing: here", "no list of tests; expected `tests:` with a list below", ""],
    ["tests: [5]", "expected a mapping", "/tests/0"],
    ["tests: [{ input: { url: a.test/x } }]", "url: expected http://host/path or https://host/path", "/tests/0/input/url"],
    ["tests: [{ expect: { status: 200 } }]", "host: expected url, or host and path", "/tests/0/input/host"],
    ["tests: [{ input: { host: a, random: 1 } }]", "random: expected a number from 0 to below 1", "/tests/0/input/random"],
    [
      "tests: [{ input: { host: a, path: /a b } }]",
      "path: holds characters that a request cannot carry; percent-encode them",
      "/tests/0/input/path",
    ],
    ["tests: [{ input: { host: a }, expect: { servce: a } }]", "servce: no such field; there are service, targetGroup, rule, status, redirect, headers, host, path, weights", "/tests/0/expect/servce"], // biome-ignore format: one row
    ["tests: [{ input: { host: a }, expect: { status: ok } }]", "status: expected a number", "/tests/0/expect/status"],
  ])("%s", (text, message, pointer) => {
    expect(casesOf(text)).toEqual({ cases: [], problems: [{ code: "E_CHECK", message, severity: "error", source: `test.check.yaml:${pointer}`, ...(pointer !== "" && { path: pointer }) }] }); // biome-ignore format: one row
  });

  test("which leaves the other cases standing", () => {
    const { cases, problems } = casesOf("tests: [{ input: { host: a } }, 1, { name: last, input: { host: b } }]");
    expect([cases.map(({ name }) => name), problems.length]).toEqual([["GET a/", "last"], 1]);
  });
});

describe("a test of Envoy", () => {
  const envoy = `
tests:
- test_name: canary
  input:
    authority: api.test
    path: /v1?x=1
    method: POST
    ssl: true
    random_value: 7
    additional_request_headers: [{ key: X-Canary, value: "1" }]
  validate:
    cluster_name: orders
    host_rewrite: api.test
    path_rewrite: /v1?x=1
    request_header_matches:
    - { name: x-canary, string_match: { exact: "1" } }
    - { name: x-gone, present_match: false }
    - { name: x-other, string_match: { prefix: a }, invert_match: true }
`;

  test("is a case of ours", () => {
    const [only] = casesOf(envoy).cases;
    expect(only).toMatchObject({
      name: "canary",
      request: {
        method: "POST",
        protocol: "https",
        host: "api.test",
        listenerPort: 443,
        path: "/v1",
        query: "x=1",
        random: { envoyValue: 7 },
      },
      expect: {
        cluster: "orders",
        host: "api.test",
        path: "/v1?x=1",
        headers: [
          { name: "x-canary", match: "exact", value: "1", isInverted: false },
          { name: "x-gone", match: "absent" },
          { name: "x-other", match: "prefix", value: "a", isInverted: true },
        ],
      },
      unsupported: [],
    });
  });

  test("in the oldest form is read too", () => {
    const [only] = casesOf(
      '[{"test_name": "old", "input": {":authority": "a", ":path": "/", ":method": "GET"}, "validate": {"path_redirect": "https://a/"}}]',
    ).cases;
    expect(only).toMatchObject({ request: { host: "a" }, expect: { redirect: "https://a/" } });
  });

  test.each([
    ["virtual_cluster_name: other", "validate.virtual_cluster_name"],
    ["virtual_host_name: other", "validate.virtual_host_name"],
    ["response_header_matches: []", "validate.response_header_matches"],
    ["request_header_matches: [{ name: a, string_match: { safe_regex: { regex: b } } }]", "request_header_matches.safe_regex of a"],
  ])("says what has no meaning here: %s", (validate, unsupported) => {
    const { cases } = casesOf(`tests: [{ test_name: t, input: { authority: a, path: / }, validate: { ${validate} } }]`);
    expect(cases[0]?.unsupported).toEqual([unsupported]);
  });
});
