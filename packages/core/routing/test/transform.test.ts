import type { Transform } from "@loopway/model";
import { expect, test } from "vitest";
import { loadRegexEngine } from "../src/regex.ts";
import { applyTransforms, compileTransforms } from "../src/transform.ts";

const compileRegex = await loadRegexEngine();

const url = (regex: string, replace: string): Transform => ({ type: "url-rewrite", urlRewriteConfig: { rewrites: [{ regex, replace }] } });
const host = (regex: string, replace: string): Transform => ({
  type: "host-header-rewrite",
  hostHeaderRewriteConfig: { rewrites: [{ regex, replace }] },
});
const request = { host: "mywebsite-example.com", url: "/dp/B09?ref=a" };

const cases: readonly [string, Transform[], Partial<typeof request> | undefined][] = [
  ["captures go into the host", [host("^mywebsite-(.+)\\.com$", "internal.$1.test")], { host: "internal.example.test" }],
  ["a host is compared without case", [host("^MYWEBSITE-", "")], { host: "example.com" }],
  ["path and query are one string", [url("^/dp/([A-Z0-9]+)\\?(.*)$", "/product?id=$1&$2")], { url: "/product?id=B09&ref=a" }],
  ["a URL is compared with case", [url("^/DP", "/x")], {}],
  ["what does not fit goes on as it came", [url("^/other", "/x"), host("^other", "x")], {}],
  ["only what fits is replaced", [url("^/dp/", "/")], { url: "/B09?ref=a" }],
  ["a group that took no part is empty", [url("^/dp/(x)?", "/[$1]")], { url: "/[]B09?ref=a" }],
  ["both rewrites of a rule", [url("^/dp", ""), host("^.*$", "a.test")], { host: "a.test", url: "/B09?ref=a" }],
  ["an empty host fails", [host("^.*$", "")], undefined],
  ["a URL without its slash fails", [url("^/", "")], undefined],
  ["a space in the URL fails", [url("dp", "d p")], undefined],
];

test.each(cases)("transforms: %s", (_, list, expected) => {
  const { transforms, problems } = compileTransforms({ id: "r", transforms: list }, compileRegex);
  expect(problems).toEqual([]);
  expect(applyTransforms(transforms, request)).toEqual(expected && { ...request, ...expected });
});

test.each<[string, Transform[], string, RegExp]>([
  ["two of one type", [url("a", "b"), url("c", "d")], "transforms[1]", /one of these/],
  ["no rewrite", [{ type: "url-rewrite", urlRewriteConfig: { rewrites: [] } }], "transforms[0]", /exactly one rewrite/],
  ["a lookahead", [host("(?=a)", "b")], "transforms[0]", /no regular expression that ALB takes/],
  ["1,025 characters", [url("a", "b".repeat(1025))], "transforms[0]", /at most 1024/],
])("a rule with %s has a problem", (_, list, path, message) => {
  const { problems } = compileTransforms({ id: "r", transforms: list }, compileRegex);
  expect(problems).toMatchObject([{ object: "Rule r", path, message: expect.stringMatching(message) }]);
});
