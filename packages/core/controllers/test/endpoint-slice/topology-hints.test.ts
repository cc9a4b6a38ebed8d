import { expect, test } from "vitest";
import type { Endpoint } from "../../src/endpoint-slice/build-endpoint.ts";
import { hintEndpoints, isTopologyAware } from "../../src/endpoint-slice/topology-hints.ts";
import { service } from "../objects.ts";

const MODE = "service.kubernetes.io/topology-mode";
const HINTS = "service.kubernetes.io/topology-aware-hints";
test.each<[string, Record<string, string>, boolean]>([
  ["none", {}, false],
  ["Auto", { [MODE]: "Auto" }, true],
  ["auto", { [MODE]: "auto" }, true],
  ["Disabled", { [MODE]: "Disabled" }, false],
  ["the older name", { [HINTS]: "auto" }, true],
  ["the older name counts", { [HINTS]: "disabled", [MODE]: "Auto" }, false],
])("annotation %s: hints in proportion?", (_what, annotations, expected) => {
  const { metadata, ...rest } = service("web");
  expect(isTopologyAware({ ...rest, metadata: { ...metadata, annotations } })).toBe(expected);
});

/** "a": a ready endpoint of zone a; "-a" not ready; "a@b" hinted for zone b; "?" without a zone. */
function endpoint(text: string, index: number): Endpoint {
  const [, mark, zone = "", hint] = /^(-?)(.)(?:@(.))?$/.exec(text) ?? [];
  return {
    addresses: [`127.10.1.${index}`],
    conditions: { ready: mark === "" },
    ...(zone === "?" ? {} : { zone }),
    ...(hint === undefined ? {} : { hints: { forZones: [{ name: hint }] } }),
  };
}
const format = ({ zone = "?", conditions, hints }: Endpoint) =>
  `${conditions?.ready === true ? "" : "-"}${zone}${hints === undefined ? "" : `@${hints.forZones?.map(({ name }) => name).join("+")}`}`;

const even = { a: 1 / 3, b: 1 / 3, c: 1 / 3 };
/** Slices as "a b | =a@a": "=" before one that is not written otherwise. */
test.each<[string, Record<string, number>, string, string]>([
  ["each its own zone", even, "a b c", "a@a b@b c@c"],
  ["two zones", { a: 0.45, b: 0.55 }, "a b -b", "a@a b@b -b"],
  ["an endpoint that is not ready loses its hint", even, "a b c -c@c", "a@a b@b c@c -c"],
  ["all in one zone: the others are given theirs", even, "a a a", "a@b a@c a@a"],
  [
    "within three zones (topologycache_test.go)",
    { a: 0.35, b: 0.35, c: 0.3 },
    "a b | c c a | a a | b c a",
    "a@b b@b | c@c c@c a@a | a@a a@a | b@b c@c a@a",
  ],
  ["a slice that is not written keeps its hints", even, "=a@b a@c a@a | b b c", "a@b a@c a@a | b@a b@b c@c"],
  ["unless one has none", even, "=a@a b@b c", "a@a b@b c@c"],
  ["or it is for a zone that there is no longer", { a: 0.5, b: 0.5 }, "=a@a b@b | =b@c a@a", "a@a b@b | b@b a@a"],
  ["or it would take another zone's minimum", even, "=a@a a@a | =b@b b@b | =a@a c@c", "a@a a@a | b@b b@b | a@c c@c"],
  ["zones that have no node keep their own", { a: 0.5, b: 0.5 }, "a a a b b d", "a@a a@a a@a b@b b@b d@d"],
])("%s", (_what, shares, given, expected) => {
  const slices = given.split(" | ").map((text) => ({
    isTouched: !text.startsWith("="),
    endpoints: text.replace("=", "").split(" ").map(endpoint),
  }));
  const hinted = hintEndpoints(slices, new Map(Object.entries(shares)));
  expect(typeof hinted === "string" ? hinted : hinted.map((endpoints) => endpoints.map(format).join(" ")).join(" | ")).toBe(expected);
});

test.each<[string, string, Record<string, number> | undefined, string]>([
  ["too few endpoints", "a b", even, "Insufficient number of endpoints (2 endpoints, 3 zones)"],
  ["only ready ones count", "a b -c", even, "Insufficient number of endpoints (2 endpoints, 3 zones)"],
  ["an endpoint without a zone", "a b c ? a b", even, "One or more endpoints do not have a zone specified"],
  [
    "nodes that say too little",
    "a b c",
    undefined,
    "Insufficient Node information: allocatable CPU or zone not specified on one or more nodes",
  ],
])("none: %s", (_what, given, shares, expected) => {
  const slices = [{ isTouched: true, endpoints: given.split(" ").map(endpoint) }];
  expect(hintEndpoints(slices, shares && new Map(Object.entries(shares)))).toBe(expected);
});
