import type { Transform } from "@loopway/model";
import { expect, test } from "vitest";
import { loadRegexEngine } from "../src/regex.ts";
import { applyTransforms, compileTransforms, type TransformStatus } from "../src/transform.ts";

const compileRegex = await loadRegexEngine();

const url = (regex: string, replace: string): Transform => ({ type: "url-rewrite", urlRewriteConfig: { rewrites: [{ regex, replace }] } });
const host = (regex: string, replace: string): Transform => ({
  type: "host-header-rewrite",
  hostHeaderRewriteConfig: { rewrites: [{ regex, replace }] },
});
const request = { host: "mywebsite-example.com", port: "", url: "/dp/B09?ref=a" };

const cases: readonly [string, Transform[], Partial<typeof request>, TransformStatus][] = [
  [
    "captures go into the host",
    [host("^mywebsite-(.+)\\.com$", "internal.$1.test")],
    { host: "internal.example.test" },
    "TransformSuccess",
  ],
  ["a host is compared without case", [host("^MYWEBSITE-", "")], { host: "example.com" }, "TransformSuccess"],
  ["a host may bring a port", [host("^.*$", "a.test:8080")], { host: "a.test:8080" }, "TransformSuccess"],
  [
    "path and query are one string",
    [url("^/dp/([A-Z0-9]+)\\?(.*)$", "/product?id=$1&$2")],
    { url: "/product?id=B09&ref=a" },
    "TransformSuccess",
  ],
  ["a URL is compared with case", [url("^/DP", "/x")], {}, "-"],
  ["what does not fit goes on as it came", [url("^/other", "/x"), host("^other", "x")], {}, "-"],
  ["one that fits and one that does not", [url("^/other", "/x"), host("^mywebsite-", "")], { host: "example.com" }, "TransformSuccess"],
  ["only what fits is replaced", [url("^/dp/", "/")], { url: "/B09?ref=a" }, "TransformSuccess"],
  ["only the first fit is replaced", [url("[0-9]", "x")], { url: "/dp/Bx9?ref=a" }, "TransformSuccess"],
  ["a group that took no part is empty", [url("^/dp/(x)?", "/[$1]")], { url: "/[]B09?ref=a" }, "TransformSuccess"],
  ["both rewrites of a rule", [url("^/dp", ""), host("^.*$", "a.test")], { host: "a.test", url: "/B09?ref=a" }, "TransformSuccess"],
  ["an empty host fails", [host("^.*$", "")], { host: "" }, "TransformInvalidHost"],
  ["a slash in the host fails", [host("-", "/")], { host: "mywebsite/example.com" }, "TransformInvalidHost"],
  ["a URL without its slash fails", [url("^/", "")], { url: "dp/B09?ref=a" }, "TransformInvalidPath"],
  ["a space in the URL fails", [url("dp", "d p")], { url: "/d p/B09?ref=a" }, "TransformInvalidPath"],
];

test.each(cases)("transforms: %s", (_, list, expected, status) => {
  const { transforms, problems } = compileTransforms({ id: "r", transforms: list }, compileRegex);
  expect(problems).toEqual([]);
  const { host: sentHost, url: sentUrl } = { ...request, ...expected };
  expect(transforms && applyTransforms(transforms, request)).toEqual({ host: sentHost, authority: sentHost, url: sentUrl, status });
});

test.each([
  ["stays", "internal", "internal:8443"],
  ["gives way to the new host's own", "internal:9", "internal:9"],
])("the port of the Host header %s", (_, replace, authority) => {
  const { transforms } = compileTransforms({ id: "r", transforms: [host("^.*$", replace)] }, compileRegex);
  expect(transforms && applyTransforms(transforms, { ...request, port: ":8443" })).toMatchObject({ authority });
});

test("a rule that rewrites nothing has no transforms to look at", () => {
  expect(compileTransforms({ id: "r", transforms: [] }, undefined)).toEqual({ transforms: undefined, problems: [] });
});

test("without the engine a rule with transforms has a problem", () => {
  const { problems } = compileTransforms({ id: "r", transforms: [url("a", "b")] }, undefined);
  expect(problems.map(({ message }) => message)).toEqual(["url-rewrite transform: needs the engine for regular expressions"]);
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
