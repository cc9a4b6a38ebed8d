import { expect, test } from "vitest";
import { pathPatterns, sortPaths } from "../../src/load-balancer/path-patterns.ts";

const accepted: [pathType: string | undefined, path: string, values: string[]][] = [
  ["Prefix", "/", ["/*"]],
  ["Prefix", "/foo", ["/foo", "/foo/*"]],
  ["Prefix", "/foo/", ["/foo", "/foo/*"]],
  ["Prefix", "/foo//", ["/foo/", "/foo//*"]],
  ["Exact", "/foo", ["/foo"]],
  ["Exact", "/foo/", ["/foo/"]],
  ["Exact", "/", ["/"]],
  ["ImplementationSpecific", "/foo", ["/foo"]],
  ["ImplementationSpecific", "/", ["/"]],
  ["ImplementationSpecific", "/foo/*", ["/foo/*"]],
  ["ImplementationSpecific", "/a?c*", ["/a?c*"]],
  [undefined, "/*", ["/*"]],
  ["Prefix", "", []],
];

test.each(accepted)("%s %s", (pathType, path, values) => {
  for (const strict of [true, false])
    expect(pathPatterns({ path, ...(pathType === undefined ? {} : { pathType }) }, strict)).toEqual({ kind: "patterns", values });
});

const refused: [pathType: string, path: string, refusal: string][] = [
  ["Prefix", "/a/*/b", "prefix path shouldn't contain wildcards: /a/*/b"],
  ["Prefix", "/a*", "prefix path shouldn't contain wildcards: /a*"],
  ["Prefix", "/a?/*", "prefix path shouldn't contain wildcards: /a?/*"],
  ["Exact", "/a/*", "exact path shouldn't contain wildcards: /a/*"],
  ["Exact", "/a?", "exact path shouldn't contain wildcards: /a?"],
  ["Regex", "/a", "unsupported pathType: Regex"],
];

test.each(refused)("%s %s is refused, strict and lenient", (pathType, path, refusal) => {
  for (const strict of [true, false]) expect(pathPatterns({ path, pathType }, strict)).toEqual({ kind: "refused", refusal });
});

const lenient: [path: string, prefix: string, values: string[]][] = [
  ["/v1/order/*", "/v1/order", ["/v1/order", "/v1/order/*"]],
  ["/*", "/", ["/*"]],
];

test.each(lenient)("Prefix %s is refused strictly, and lenient means the prefix %s", (path, prefix, values) => {
  const refusal = `prefix path shouldn't contain wildcards: ${path}`;
  expect(pathPatterns({ path, pathType: "Prefix" }, true)).toEqual({ kind: "refused", refusal });
  expect(pathPatterns({ path, pathType: "Prefix" }, false)).toEqual({ kind: "accepted", values, refusal, prefix });
});

test("paths of one rule: exact as written, prefixes longest first, the rest as written", () => {
  const paths = [
    { path: "/b*" },
    { path: "/a", pathType: "Prefix" },
    { path: "/x", pathType: "Exact" },
    { path: "/c", pathType: "ImplementationSpecific" },
    { path: "/a/b/", pathType: "Prefix" },
    { path: "/longer", pathType: "Exact" },
    { path: "/a/b", pathType: "Prefix" },
    { path: "/z", pathType: "Prefix" },
  ];
  expect(sortPaths(paths, true).map(({ path }) => path)).toEqual(["/x", "/longer", "/a/b/", "/a/b", "/a", "/z", "/b*", "/c"]);
});

test("a lenient prefix is as long as the prefix that it means", () => {
  const paths = [
    { path: "/a/*", pathType: "Prefix" },
    { path: "/ab", pathType: "Prefix" },
  ];
  expect(sortPaths(paths, false).map(({ path }) => path)).toEqual(["/ab", "/a/*"]);
});
