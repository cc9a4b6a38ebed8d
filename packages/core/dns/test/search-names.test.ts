import { expect, test } from "vitest";
import { searchNames } from "../src/search-names.ts";

const cluster = { searches: ["shop.svc.cluster.local", "svc.cluster.local", "cluster.local"], options: ["ndots:5"] };
const inShop = (name: string) => cluster.searches.map((suffix) => `${name}.${suffix}`);

test.each<[string, string, string[]]>([
  ["a Service of the same namespace", "web", [...inShop("web"), "web"]],
  ["a Service of another", "web.ops", [...inShop("web.ops"), "web.ops"]],
  ["a name of the outside: three questions for nothing", "api.example.com", [...inShop("api.example.com"), "api.example.com"]],
  ["a full name has four dots", "web.shop.svc.cluster.local", [...inShop("web.shop.svc.cluster.local"), "web.shop.svc.cluster.local"]],
  ["five dots: as it is first", "a.b.c.d.e.f", ["a.b.c.d.e.f", ...inShop("a.b.c.d.e.f")]],
  ["a final dot: as it is and not otherwise", "api.example.com.", ["api.example.com"]],
])("%s", (_what, name, expected) => {
  expect(searchNames(name, cluster)).toEqual(expected);
});

const searches = ["corp.example.com"];
test.each<[string, string, string[], string[]]>([
  ["without ndots one dot is enough", "api.example.com", [], ["api.example.com", "api.example.com.corp.example.com"]],
  ["without ndots no dot is not", "api", [], ["api.corp.example.com", "api"]],
  ["the last ndots counts", "a.b", ["ndots:5", "ndots:1"], ["a.b", "a.b.corp.example.com"]],
  ["ndots:0: a bare name as it is first", "api", ["ndots:0"], ["api", "api.corp.example.com"]],
  ["no number is 0", "api", ["ndots:many"], ["api", "api.corp.example.com"]],
  ["ndots above 15 is 15", `a${".b".repeat(15)}`, ["ndots:99"], [`a${".b".repeat(15)}`, `a${".b".repeat(15)}.corp.example.com`]],
])("%s", (_what, name, options, expected) => {
  expect(searchNames(name, { searches, options })).toEqual(expected);
});

test.each<[string, string[], string[]]>([
  ["no search list", [], ["web"]],
  ["the root in it is the name itself, once", ["."], ["web"]],
])("%s", (_what, given, expected) => {
  expect(searchNames("web", { searches: given, options: ["ndots:5"] })).toEqual(expected);
});
