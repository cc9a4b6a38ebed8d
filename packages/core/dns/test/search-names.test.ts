import { expect, test } from "vitest";
import { searchNames } from "../src/search-names.ts";

const inShop = (name: string) => [`${name}.shop.svc.cluster.local`, `${name}.svc.cluster.local`, `${name}.cluster.local`];

test.each<[string, string, string[]]>([
  ["a Service of the same namespace", "web", [...inShop("web"), "web"]],
  ["a Service of another", "web.ops", [...inShop("web.ops"), "web.ops"]],
  ["a name of the outside: three questions for nothing", "api.example.com", [...inShop("api.example.com"), "api.example.com"]],
  ["a full name has four dots", "web.shop.svc.cluster.local", [...inShop("web.shop.svc.cluster.local"), "web.shop.svc.cluster.local"]],
  ["five dots: as it is first", "a.b.c.d.e.f", ["a.b.c.d.e.f", ...inShop("a.b.c.d.e.f")]],
  ["a final dot: as it is and not otherwise", "api.example.com.", ["api.example.com"]],
])("%s", (_what, name, expected) => {
  expect(searchNames(name, "shop")).toEqual(expected);
});
